// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.sink.mime.charset.MailCharset;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mail like that in bug reports of other mail programs and parsers; the rows name the projects. In the tables of
 * messages, % stands for a line end.
 */
class ReportedMailTest {
    /** Collects each part as {@code [type name content]}. */
    private static final class PartCollector implements MimeParser.Visitor {
        final StringBuilder parts = new StringBuilder();
        String subject = "";

        @Override
        public void headers(Headers headers) {
            subject = headers.decoded("Subject");
        }

        @Override
        public void part(Part part, InputStream content) throws IOException {
            byte[] bytes = content.readAllBytes();
            String name = part.fileName().isEmpty() ? "" : " " + part.fileName();
            parts.append('[').append(part.contentType()).append(name).append(' ');
            parts.append(part.text(bytes, bytes.length).strip()).append(']');
        }
    }

    private final PartCollector collector = new PartCollector();

    private boolean parse(String message) throws IOException {
        byte[] bytes = message.replace("%", "\r\n").getBytes(ISO_8859_1);
        return MimeParser.parse(new ByteArrayInputStream(bytes), collector);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // MailCore, mailparser, mailparse, mail (Ruby): the closing boundary is missing
                "mixed; boundary=bb|--bb%%one%--bb%Content-Type: a/b; name=n%%two|[text/plain one][a/b n two]|false",
                "mixed; boundary=bb|--bb%%one%--bb|[text/plain one]|false",
                "mixed; boundary=bb|--bb%Content-Type: multipart/alternative; boundary=cc%%--cc%%in%--bb%%out%--bb--|[text/plain in][text/plain out]|false",
                // mailparser: the closing boundary lacks its hyphens
                "mixed; boundary=bb|--bb%%one%--bb%|[text/plain one]|false",
                // a closed multipart, with white space after its boundaries
                "mixed; boundary=bb|--bb  %%one%--bb--\t %|[text/plain one]|true",
                "mixed; boundary=bb|--bb%%one%--bb--|[text/plain one]|true",
                // php: the boundary is on a line of its own
                "mixed;%\tboundary=%\t\"bb\"|--bb%%one%--bb--|[text/plain one]|true",
                // one boundary begins with the other
                "mixed; boundary=bb|--bb%Content-Type: multipart/related; boundary=bb-1%%--bb-1%%in%--bb-1--%--bb%%out%--bb--|[text/plain in][text/plain out]|true",
                // a second boundary parameter
                "mixed; boundary=bb; boundary=cc|--bb%%one%--bb--|[text/plain one]|true",
                // no line end at all after the last boundary, and text between the parts of a closed multipart
                "mixed; boundary=bb|--bb%%one%--bb--%%epilogue%--bb%%two%--bb--|[text/plain one]|true"
            })
    void readsMultiparts(String type, String body, String parts, boolean complete) throws IOException {
        assertThat(parse("Content-Type: multipart/" + type + "%%" + body)).isEqualTo(complete);
        assertThat(collector.parts).hasToString(parts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // fast_mail_parser: no empty line between the header and the first boundary
                "Content-Type: multipart/mixed; boundary=bb%--bb%Content-Type: text/plain%%one%--bb--|[text/plain one]",
                // base64 is declared for a multipart whose parts are not encoded, and for one that is encoded
                "Content-Type: multipart/mixed; boundary=bb%Content-Transfer-Encoding: base64%%--bb%%one two%--bb--|[text/plain one two]",
                "Content-Type: multipart/mixed; boundary=bb%Content-Transfer-Encoding: base64%%LS1iYg0KDQpvbmUNCi0tYmItLQ0K|[text/plain one]",
                "Content-Type: multipart/mixed; boundary=bb%Content-Transfer-Encoding: quoted-printable%%--bb%%a=3Db%--bb--|[text/plain a=3Db]",
                "Content-Type: multipart/mixed; boundary=\"a=b\"%Content-Transfer-Encoding: quoted-printable%%--a=3Db%%one=20two%--a=3Db--|[text/plain one two]",
                // Jakarta Mail: an attached message in base64
                "Content-Type: message/rfc822%Content-Transfer-Encoding: base64%%U3ViamVjdDogcw0KDQp0ZXh0|[message/rfc822 Subject: s%%text]",
                // the fields occur twice; the charset has no semicolon, or comes from a quoted-printable source
                "Content-Type: text/html%Content-Type: text/plain%%one|[text/html one]",
                "Content-Type: text/html charset=utf-8%%\u00C3\u00A4|[text/html \u00E4]",
                "Content-Type: text/html; charset=3D\"utf-8\"%%\u00C3\u00A4|[text/html \u00E4]",
                "Content-Type: \"text/html\"; charset=utf-8%%one|[text/html one]",
                "Content-Type: text/html;; charset=\"utf-8;\"%%\u00C3\u00A4|[text/html \u00E4]",
                "Content-Type: text/plain; charset=koi8-r; charset=utf-8%%\u00C1|[text/plain \u0430]",
                "Content-Type: text/plain; charset=default%%\u00C3\u00A4|[text/plain \u00E4]",
                // a continuation line of white space only, and a tab at a fold
                "Subject: s%  %Content-Type: text/html%%one|[text/html one]",
                "Content-Type:%\ttext/html;%\tcharset=utf-8%%one|[text/html one]",
                // mailparser, MimeKit, Delta Chat: uuencoded files, as an encoding and within a text
                "Content-Type: a/b; name=dog.txt%Content-Transfer-Encoding: x-uuencode%%begin 644 dog.txt%#1&]G%`%end%|[a/b dog.txt Dog]",
                "Content-Transfer-Encoding: uuencode%%begin 644 dog.txt%#1&]G% %end%|[text/plain Dog]",
                "Subject: s%%Hello%%begin 644 dog.txt%#1&]G%`%end%bye%|[text/plain Hello%%bye][application/octet-stream dog.txt Dog]",
                "Subject: s%%begin 664 one.txt%#1&]G%`%end%begin 664 two.txt%#1&]G%`%end%|[text/plain ][application/octet-stream one.txt Dog][application/octet-stream two.txt Dog]",
                "Subject: s%%Now begin 644 reasons.%begin 12 things%end%|[text/plain Now begin 644 reasons.%begin 12 things%end]",
                "Subject: s%%begin 644 cut.txt%#1&]G%|[text/plain begin 644 cut.txt%#1&]G]",
                // PHP's zbateson: an encoded word is cut into the sections of a file name
                "Content-Type: a/b%Content-Disposition: attachment; filename*0=\"=?UTF-8?Q?a=C3\"; filename*1=\"=A4.txt?=\"%%x|[a/b a\u00E4.txt x]",
                "Content-Type: a/b%Content-Disposition: attachment; filename=\"a long% name.pdf\"%%x|[a/b a long name.pdf x]",
                "Content-Type: a/b; name=\"n.txt\"%Content-Disposition: attachment; filename=%%x|[a/b n.txt x]",
                // no semicolon, or no value, before the first parameter
                "Content-Type: a/b%Content-Disposition: attachment filename=\"a b.txt\"%%x|[a/b a b.txt x]",
                "Content-Type: a/b name=n.txt%%x|[a/b n.txt x]",
                "Content-Type: a/b%Content-Disposition: filename=n.txt; size=1%%x|[a/b n.txt x]"
            })
    void readsMessages(String message, String parts) throws IOException {
        parse(message);
        assertThat(collector.parts).hasToString(parts.replace("%", "\r\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a= %b|ab", // white space after a soft line break
                "a=%=%b|ab",
                "a =20%b|a  %b",
                "a=|a",
                "a=4|a=4",
                "=e4=E4|\u00E4\u00E4",
                // an equals sign that begins nothing stands for itself, as in Mailpit (enmime) and Thunderbird
                "==41|=A",
                "a==E4b|a=\u00E4b",
                "===41|==A",
                "=4=41|=4A",
                "=4G=GG=|=4G=GG",
                "a=b&c=%d|a=b&cd",
                "a==%b|a=b",
                "a==|a=",
                "a=4%b|a=4%b",
                "a\t %b|a%b" // RFC 2045 §6.7: white space at the end of a line was added on the way
            })
    void decodesQuotedPrintable(String body, String text) throws IOException {
        parse("Content-Type: text/plain; charset=iso-8859-1%Content-Transfer-Encoding: quoted-printable%%" + body);
        assertThat(collector.parts).hasToString("[text/plain " + text.replace("%", "\r\n") + "]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inline|INLINE",
                "INLINE (comment)|INLINE",
                "=?utf-8?Q?inline?=|INLINE", // mailparser
                "inline filename=a.txt|INLINE",
                "\"inline\"|INLINE",
                "attachment|ATTACHMENT",
                "unknown|ATTACHMENT",
                "filename=a.txt|NONE"
            })
    void readsDispositions(String value, Part.Disposition disposition) throws IOException {
        var found = new ArrayList<Part.Disposition>();
        byte[] message = ("Content-Disposition: " + value + "\r\n\r\nx").getBytes(ISO_8859_1);
        MimeParser.parse(new ByteArrayInputStream(message), (part, content) -> found.add(part.disposition()));
        assertThat(found).containsExactly(disposition);
    }

    @Test
    void readsMessagesWithAnyLineEnd() throws IOException {
        String message = "Content-Type: multipart/mixed; boundary=bb%%--bb%Content-Type: text/html%%one%--bb--%";
        for (String lineEnd : new String[] {"\r\n", "\n", "\r"}) {
            collector.parts.setLength(0);
            parse(message.replace("%", lineEnd));
            assertThat(collector.parts).as(lineEnd.replace("\r", "CR")).hasToString("[text/html one]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // HZ (RFC 1843), GBK's euro sign, and other labels from reports
                "hz-gb-2312|~{VPND~} a~~b|\u4E2D\u6587 a~b",
                "hz-gb-2312|'a~\nb'|ab",
                "HZ|'~{<:Ky2;S{#,~}!'|\u5DF1\u6240\u4E0D\u6B32\uFF0C!",
                "gbk|\u0080 5|\u20AC 5",
                "gb2312|\u0080|\u20AC",
                "gb18030|\u0080|\u20AC",
                "gbk|\u00D6\u00D0\u0080\u00D6\u00D0|\u4E2D\u20AC\u4E2D",
                "unicode-1-1-utf-7|+AOQ-b|\u00E4b",
                "x-mac-cyrillic|\u00E0|\u0430",
                "cp-850|\u0084|\u00E4",
                "utf-8;format=flowed|\u00C3\u00A4|\u00E4",
                "utf8mb4|\u00C3\u00A4|\u00E4",
                "ansi|\u00E4|\u00E4",
                "unknown-8bit|\u00C3\u00A4|\u00E4",
                "iso-8859-8-i|\u00E0|\u05D0"
            })
    void readsCharsets(String label, String bytes, String text) {
        byte[] encoded = bytes.getBytes(ISO_8859_1);
        assertThat(MailCharset.decode(label, encoded, encoded.length)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                // Stalwart: text directly before an encoded word, and an empty word
                "[SPAM]=?utf-8?B?b3JpZ2luYWw=?=|[SPAM]original",
                "some text =?utf-8?Q??=|some text ",
                // purebred, K-9 Mail: white space between words, and only there
                "=?utf-8?B?55Sw?=\t =?utf-8?B?55Sw?=|\u7530\u7530",
                "SU =?utf-8?Q?=E2=80=9Ca?= b =?utf-8?Q?c?=|SU \u201Ca b c",
                // node-imap: a character is split over two words
                "=?utf-8?Q?=E0=B9=84=E0=B8=A1=E0=B9?= =?utf-8?Q?=88=E0=B8=82?=|\u0E44\u0E21\u0E48\u0E02",
                // a question mark that is not encoded
                "=?UTF-8?Q?What?_Really??=|What? Really?",
                "=?UTF-8?Q?a?= and =?UTF-8?Q?b?=|a and b"
            })
    void decodesEncodedWords(String value, String text) {
        assertThat(EncodedWords.decode(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Thunderbird, K-9 Mail: bytes that are not encoded are in the character set of the text
                "Subject: \u0093\u00FA\u0096{%Content-Type: text/plain; charset=shift_jis|\u65E5\u672C",
                "Content-Type: text/html; charset=\"windows-1251\"%Subject: \u00CF\u00F0|\u041F\u0440",
                "Subject: \u00D6\u00D0%Content-Type: text/plain; charset=gb2312|\u4E2D",
                // UTF-8 is recognized whatever the text has; without a known character set it is windows-1252
                "Subject: \u00C3\u00A4%Content-Type: text/plain; charset=shift_jis|\u00E4",
                "Subject: caf\u00E9%Content-Type: text/plain; charset=unknown|caf\u00E9",
                "Subject: caf\u00E9%Content-Type: multipart/mixed; boundary=b|caf\u00E9",
                // mailparser, listmonk: a byte order mark before the message, or before a value
                "\u00EF\u00BB\u00BFSubject: one|one",
                "Subject: \u00EF\u00BB\u00BFone|one",
                "Subject: =?utf-8?B?77u/b25l?=|one",
                // mailparser: a bare CR within a value; YAM: a value that begins on the next line
                "Subject: one\r two|one two",
                "Subject:% one|one"
            })
    void readsSubjects(String header, String subject) throws IOException {
        parse(header + "%%text%");
        assertThat(collector.subject).isEqualTo(subject);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<a@b.example>|a@b.example",
                "a@b.example|a@b.example",
                "<a@b.example> (added by postmaster@b.example)|a@b.example",
                "%\t<a@b.example>|a@b.example",
                "< a@b.example >|a@b.example",
                "<a@b.example|<a@b.example",
                "<>|<>",
                "|``"
            })
    void readsMessageIds(String value, String id) throws IOException {
        var found = new ArrayList<String>();
        String message = "Message-ID: " + (value == null ? "" : value.replace("%", "\r\n")) + "\r\n\r\nx";
        MimeParser.parse(new ByteArrayInputStream(message.getBytes(ISO_8859_1)), new MimeParser.Visitor() {
            @Override
            public void headers(Headers headers) {
                found.add(headers.messageId());
            }

            @Override
            public void part(Part part, InputStream content) {}
        });
        assertThat(found).containsExactly(id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // nodemailer, cpython, aenetmail: unquoted commas and colons in names
                "Reinman, Andris <a@b.example>|Reinman, Andris|a@b.example",
                "John Smith, Jr <j@b.example>|John Smith, Jr|j@b.example",
                "HowlRound: A Center, Inc. <w@b.example>|HowlRound: A Center, Inc.|w@b.example",
                "\"Blah \"One, comma\" bar\" <l@b.example>|Blah One, comma bar|l@b.example",
                "\"Doe, John\"<j@b.example>|Doe, John|j@b.example",
                "=?utf-8?Q?Doe=2C_John?=<j@b.example>|Doe, John|j@b.example",
                "'Ann' via List <l@b.example>|'Ann' via List|l@b.example",
                "ann@b.example [mailto:ann@b.example]|ann@b.example|ann@b.example",
                "<ann@b.example>,|``|ann@b.example",
                "ann@b.example;|``|ann@b.example",
                "Ann\t<ann@b.example>|Ann|ann@b.example",
                // eml_parser: the name is only a line end, or empty
                "=?utf-8?q?=0A?= <ann@b.example>|``|ann@b.example",
                "=?utf-8?Q??= <ann@b.example>|``|ann@b.example",
                "\"\" <ann@b.example>|``|ann@b.example",
                "(Ann) <ann@b.example>|(Ann)|ann@b.example"
            })
    void readsAddresses(String value, String name, String address) {
        assertThat(Address.parse(value)).containsExactly(new Address(name, address));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "05-FEB-2021 22:05:02|2021-02-05T22:05:02Z", // Himalaya
                "17 Jul 2012 19.38.50|2012-07-17T19:38:50Z", // RainLoop
                "Thu, 6 Oct 2022 12:27:13 +0200 (GMT+02:00)|2022-10-06T10:27:13Z", // tine
                "Di, 17 Mai 2005 12:31:00 0200|2005-05-17T10:31:00Z", // sup
                "fre, 28 maj 1999 21:47:11 +0200 (CEST)|1999-05-28T19:47:11Z",
                "=?utf-8?B?RnJpLCAxIE1hciAyMDI0IDEwOjAwOjAwICswMDAw?=|2024-03-01T10:00:00Z", // ddeboer/imap
                "2020-05-07 05:00:55.859878421 +0000 UTC m=+1240939.1|2020-05-07T05:00:55Z", // MimeKit
                "Tuesday, 5 September 2023 10:00:00 +0000|2023-09-05T10:00:00Z",
                "5 Sept 2023 10:00:00 +0000|2023-09-05T10:00:00Z",
                "2023/09/05 10:00:00 +0100|2023-09-05T09:00:00Z",
                "Wed, 14 Jun 2023 10:00:00 GMT-0700 (PDT)|2023-06-14T17:00:00Z",
                "Wed, 14. Jun 2023 10:00:00 +0000|2023-06-14T10:00:00Z",
                "Wed 14 Jun 2023 10:00 +0000|2023-06-14T10:00:00Z"
            })
    void readsDates(String value, Instant date) {
        assertThat(DateParser.parse(value)).isEqualTo(date);
    }
}
