// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters of Content-Type and Content-Disposition, as programs write them. */
class MimeParametersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // RFC 2231 applies only where a star says so
                "filename=\"John's and Mary's.pdf\"|John's and Mary's.pdf",
                "filename=\"Q1 'draft'.pdf\"|Q1 'draft'.pdf",
                "filename=\"'quoted.pdf'\"|'quoted.pdf'",
                "filename=\"100% 'sure'.pdf\"|100% 'sure'.pdf",
                "filename=\"100%20sure.pdf\"|100%20sure.pdf",
                "filename=\"UTF-8''x.pdf\"|UTF-8''x.pdf",
                "filename*0=\"John's and \"; filename*1=\"Mary's.pdf\"|John's and Mary's.pdf",
                "filename*0=\"50%20\"; filename*1=x|50%20x",
                "filename*=UTF-8''r%C3%A9sum%C3%A9.txt|résumé.txt",
                "filename*=utf-8'en'%e2%82%ac.txt|€.txt",
                "filename*=iso-8859-1''%80.txt|€.txt",
                "filename*=gb2312''%D6%EC%E9F.txt|朱镕.txt",
                "filename*=\"UTF-8''quoted%20one.txt\"|quoted one.txt",
                "filename*=UTF-8''50%.txt|50%.txt",
                "filename*=plain%20text.txt|plain text.txt",
                "filename*=UTF-8''it's.txt|it's.txt",
                "filename*=''%C3%A4.txt|ä.txt",
                "FILENAME*=UTF-8''A.txt|A.txt",
                // sections in any order, mixed, missing
                "filename*1=b.txt; filename*0=a|ab.txt",
                "filename*0*=UTF-8''%E4%B8; filename*1*=%AD.txt|中.txt",
                "filename*1*=%AD.txt; filename*0*=UTF-8''%E4%B8|中.txt",
                "filename*0*=UTF-8''%C3%A4; filename*1=\"%20b.txt\"|ä%20b.txt",
                "filename*0=a; filename*1*=%C3%A4; filename*2=.txt|aä.txt",
                "filename*0=a; filename*2=c.txt|ac.txt",
                "filename*1=b; filename*2=c.txt|bc.txt",
                "filename*10=k.txt; filename*2=c; filename*0=a|ack.txt",
                "filename=old.txt; filename*=UTF-8''new.txt|new.txt",
                "filename*=UTF-8''new.txt; filename=old.txt|new.txt",
                "filename*0=section; filename*=UTF-8''whole.txt|whole.txt",
                // encoded words, which RFC 2047 forbids here
                "filename=\"=?UTF-8?Q?r=C3=A9sum=C3=A9.txt?=\"|résumé.txt",
                "filename==?UTF-8?B?w6Q=?=.txt|ä.txt",
                "filename=\"=?iso-2022-jp?B?GyRCJGs=?= =?iso-2022-jp?B?JGwbKEI=?=.txt\"|るれ.txt",
                // quotation marks, backslashes, spaces, parentheses
                "filename=two words.txt|two words.txt",
                "filename=report (1).pdf|report (1).pdf",
                "filename=x.txt (a comment)|x.txt",
                "filename=\"report (1).pdf\"|report (1).pdf",
                "filename=\"a\\\"b.txt\"|a\"b.txt",
                "filename=\"the \"best\" file.pdf\"|the \"best\" file.pdf",
                "filename=\"a;b.txt\"|a;b.txt",
                "filename=\"not closed.txt|not closed.txt",
                "filename = \"spaces.txt\"|spaces.txt",
                "filename=\"C:\\temp\\x.txt\"|x.txt",
                "filename=\"C:\\\\temp\\\\x.txt\"|x.txt",
                "filename=\"../../etc/passwd\"|passwd",
                "filename=\"a\" filename*=UTF-8''b|b",
                "filename=first.txt; filename=second.txt|first.txt",
                "filename=\"ä.txt\"|ä.txt",
                "filename=|``",
                "filename|``",
                ";;=;filename=x.txt|x.txt",
                "(a comment) filename=x.txt|x.txt"
            })
    void readsFileNames(String parameters, String name) {
        assertThat(MimeParameters.of("attachment; " + parameters).fileName("filename"))
                .isEqualTo(name == null ? "" : name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "multipart/mixed; boundary=b(1)|b(1)",
                "multipart/mixed; boundary=\"a b\"|a b",
                "multipart/mixed; boundary=\"abc\" charset=utf-8|abc",
                "multipart/mixed; charset=\"utf-8\" ; boundary==_x|=_x",
                "multipart/mixed; boundary=a:b/c?d=e|a:b/c?d=e",
                "multipart/mixed (comment; with=this); boundary=x|x",
                "multipart/mixed;boundary=x;|x",
                // the first semicolon is missing, or the type
                "multipart/mixed boundary=x|x",
                "multipart/mixed\tcharset=utf-8; boundary=x|x",
                "boundary=x|x",
                "; boundary=x|x",
                "multipart/mixed; Boundary=\"x\\y\"|x\\y"
            })
    void readsBoundaries(String contentType, String boundary) {
        assertThat(MimeParameters.of(contentType).get("boundary")).isEqualTo(boundary);
    }

    @Test
    void takesLittleTimeForHostileText() {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            MimeParameters.of("a; b=\"" + "\"".repeat(100_000));
            MimeParameters.of("a; b=\"" + "\" \t".repeat(30_000) + "x");
            MimeParameters.of("a" + ";b=c".repeat(50_000));
            MimeParameters.of("a" + "(".repeat(100_000) + ";x=y");
            MimeParameters.of("a" + " ".repeat(500_000) + "(=");
            MimeParameters.of("a b".repeat(200_000) + "=");
        });
    }
}
