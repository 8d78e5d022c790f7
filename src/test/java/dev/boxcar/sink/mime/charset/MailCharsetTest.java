// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.charset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels of character sets, as browsers and mail programs read them, and texts without a label. */
class MailCharsetTest {
    private static String decode(String label, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return MailCharset.decode(label, bytes, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Windows sets that call themselves ISO 8859
                "iso-8859-1|49749273208020352096|It’s € 5 –",
                "ISO_8859-1:1987|80|€",
                "latin1|93fc94|“ü”",
                "l1|8a|Š",
                "cp819|85|…",
                "iso-8859-9|93fd94|“ı”",
                "latin5|80|€",
                "iso-8859-11|85a1|…ก",
                "tis-620|85a1|…ก",
                // larger sets of which the label names a part
                "gb2312|d6ece946bbf9|朱镕基",
                "GB_2312-80|d6ec|朱",
                "gbk|81308130|\u0080",
                "gb18030|9439fd30|😄",
                "ks_c_5601-1987|8c63b9e6|똠방",
                "euc-kr|8c63b9e6|똠방",
                "korean|b9e6|방",
                "shift_jis|8740fbfc|①髙",
                "x-sjis|fbfc|髙",
                "iso-2022-jp|1b24422d211b2842|①",
                "euc-jp|ada1|①",
                "big5|9dee|㗎",
                "big5-hkscs|a440|一",
                // visual and logical Hebrew have the same characters
                "iso-8859-8-i|f9ece5ed|שלום",
                "logical|f9|ש",
                // sets that Java does not have, or under another name
                "macintosh|8a|ä",
                "x-mac-roman|8a|ä",
                "x-mac-cyrillic|80|А",
                "unicode-1-1-utf-7|612b4150772d62|aüb",
                "utf-7|2b4150772d2b2d78|ü+x",
                "iso-8859-10|bdd1|―Ņ",
                "iso-8859-14|a1de|ḂŶ",
                "latin6|ff|ĸ",
                "koi8-ru|a4|є",
                "koi|c1|а",
                "windows-874|a1|ก",
                "dos-874|a1|ก",
                "866|80|А",
                "csisolatin2|b1|ą",
                "visual|e0|א",
                "asmo-708|c7|ا",
                "sun_eu_greek|e1|α",
                "unicodefffe|00e4|ä",
                "utf-16|e400|ä",
                // labels of Java
                "cp850|84|ä",
                "IBM437|84|ä",
                // how programs write labels
                "UTF8|c3a4|ä",
                "utf_8|c3a4|ä",
                "unicode-1-1-utf-8|c3a4|ä",
                "'utf-8'|c3a4|ä",
                "\"iso-8859-15\"|a4|€",
                " windows-1251 ;|e4|д",
                "Windows1251|e4|д",
                "CP-1250|b9|ą",
                "WIN-1252|80|€",
                "ISO8859-2|b1|ą",
                "iso_8859_2|b1|ą",
                "cp932|8740|①",
                "cp936|e946|镕",
                "cp949|8c63|똠",
                "windows-936|81308130|\u0080",
                // ASCII, unknown and missing labels: UTF-8 if it is valid, else windows-1252
                "us-ascii|c3a4|ä",
                "us-ascii|e4|ä",
                "ASCII|80|€",
                "x-unknown|c3a4|ä",
                "unknown-8bit|e4|ä",
                "DEFAULT_CHARSET|e480|ä€",
                "%charset%|c3a4|ä",
                "``|c3a4|ä",
                "_iso-2022-jp$ESC|1b2442246b1b2842|る",
                // a byte order mark overrides the label
                "iso-8859-1|efbbbfc3a4|ä",
                "utf-8|fffee400|ä",
                "us-ascii|feff00e4|ä",
            })
    void decodesByLabel(String label, String hex, String text) {
        assertThat(decode(label == null ? "" : label, hex)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"UTF-8,utf8", "iso-8859-1,Windows-1252", "gb2312,GBK", "euc-kr,ks_c_5601-1987"})
    void labelsOfOneCharacterSetAreTheSame(String label, String other) {
        MailCharset charset = Objects.requireNonNull(MailCharset.of(label));
        assertThat(charset.isSameAs(MailCharset.of(other))).isTrue();
        assertThat(charset.isSameAs(MailCharset.of("koi8-r"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "us-ascii", "ASCII", "x-unknown", "\u0000", "utf-8\r\nx", "é", "=?utf-8?q?x?=", " "})
    void doesNotKnowTheseLabels(String label) {
        assertThat(MailCharset.of(label)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<html><head><meta charset=\"iso-8859-2\"></head>|ISO-8859-2",
                "<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=windows-1251'>|windows-1251",
                "<meta content=\"text/html;charset=gb2312\" http-equiv=content-type>|GB18030",
                "<meta name=viewport content=x><meta charset = koi8-r />|KOI8-R",
                "<!-- <meta charset=koi8-r> --><meta charset=big5>|Big5-HKSCS",
                "<meta charset=utf-16>|UTF-8",
                "<?xml version='1.0' encoding='iso-8859-15'?>|ISO-8859-15",
                "<p>charset=koi8-r</p>|``",
                "<meta charset=x-unknown>|``"
            })
    void findsTheCharacterSetOfHtml(String html, String name) {
        byte[] bytes = html.getBytes(ISO_8859_1);
        MailCharset found = HtmlCharset.find(bytes, bytes.length);
        assertThat(found == null ? "" : found.name()).isEqualTo(name == null ? "" : name);
    }

    @Test
    void survivesAnyBytes() {
        var random = new Random(1);
        for (String label :
                new String[] {"utf-7", "iso-8859-10", "iso-2022-jp", "gb18030", "utf-16", "big5", "", "x"}) {
            for (int i = 0; i < 100; i++) {
                var bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                assertThat(MailCharset.decode(label, bytes, bytes.length)).isNotNull();
            }
        }
        assertThat(MailCharset.guess("text".getBytes(UTF_8), 2)).isEqualTo("te");
    }
}
