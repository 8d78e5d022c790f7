// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text never vanishes, however malformed the message is. In the tables, % stands for a line end. */
class MalformedMessageTest {
    private static final class TextCollector implements MimeParser.Visitor {
        final StringBuilder text = new StringBuilder();
        Headers headers = Headers.NONE;

        @Override
        public void headers(Headers found) {
            headers = found;
        }

        @Override
        public void part(Part part, InputStream content) throws IOException {
            byte[] bytes = content.readAllBytes();
            text.append('[')
                    .append(part.contentType())
                    .append(' ')
                    .append(part.text(bytes, bytes.length).strip());
            text.append(']');
        }
    }

    private final TextCollector collector = new TextCollector();

    private boolean parse(String message) throws IOException {
        byte[] bytes = message.replace("%", "\r\n").getBytes(UTF_8);
        return MimeParser.parse(new ByteArrayInputStream(bytes), collector);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Hello there%second line%|``|Hello there%second line",
                "From: a@a.example%Subject: s%This is the text%of it%|s|This is the text%of it",
                "Subject: s%This is the text%%of it|s|This is the text%%of it",
                "Subject: a long%subject line%From: a@a.example%%text|a long subject line|text",
                "From a@a.example Mon Jan  1 00:00:00 2024%Subject: s%%text|s|text",
                ">From a@a.example Mon Jan  1 00:00:00 2024%Subject: s%%text|s|text",
                "From here on there is text%and more|``|From here on there is text%and more",
                "\uFEFFSubject: s%%text|s|text",
                "Subject : s%%text|s|text",
                "%Subject: s%%text|``|Subject: s%%text",
                "Subject: s|s|``",
                "Subject: s%%|s|``"
            })
    void keepsTextAroundTheHeader(String message, String subject, String text) throws IOException {
        assertThat(parse(message)).isTrue();
        assertThat(collector.headers.decoded("Subject")).isEqualTo(subject);
        assertThat(collector.text).hasToString("[text/plain " + text.replace("%", "\r\n") + "]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // the boundary
                "mixed; boundary=\"bb \"|--bb%%text%--bb--|[text/plain text]|true",
                "mixed; boundary=b(1)|--b(1)%%text%--b(1)--|[text/plain text]|true",
                "mixed|text|[text/plain text]|true",
                "mixed; boundary=|text|[text/plain text]|true",
                "mixed; boundary=bb|text, no parts|[text/plain text, no parts]|false",
                "mixed; boundary=other|--bb%Content-Type: text/html%%text%--bb--|[text/html text]|false",
                "mixed; boundary=other|--bb%no header%--bb--|[text/plain no header]|false",
                "mixed; boundary='bb'|-----%--bb%%one%--bb%%two%--bb--|[text/plain one][text/plain two]|false",
                "mixed; boundary=BB|--bb%%one%--bb--|[text/plain one]|false",
                "mixed; boundary=other|--bb%nothing%--b--|[text/plain --bb%nothing%--b--]|false",
                "mixed|--bb%Content-Type: text/html%%text%--bb%%more%--bb--|[text/html text][text/plain more]|false",
                "mixed; charset=utf-8|-- %text|[text/plain -- %text]|true",
                "mixed; boundary=bb|x --bb%text|[text/plain x --bb%text]|false",
                "mixed; boundary=bb|--äÿ%Content-Type: text/html%%text%--äÿ--|[text/plain --äÿ%Content-Type: text/html%%text%--äÿ--]|false",
                "mixed; boundary=bb|--bb%%not closed|[text/plain not closed]|false",
                "mixed; boundary=bb|preamble%--bb%%one%--bb%%two%--bb--%epilogue|[text/plain one][text/plain two]|true",
                "mixed; boundary=\"bb\" charset=utf-8|--bb%%text%--bb--|[text/plain text]|true",
                // the headers of parts
                "mixed; boundary=bb|--bb%text at once%--bb--|[text/plain text at once]|true",
                "mixed; boundary=bb|--bb%Content-Type: text/html%text at once%--bb--|[text/html text at once]|true",
                "mixed; boundary=bb|--bb%Content-Type: text%%text%--bb--|[text/plain text]|true",
                "mixed; boundary=bb|--bb%Content-Type: TEXT/HTML; charset%%text%--bb--|[text/html text]|true",
                "digest; boundary=bb|--bb%%Subject: s%%text%--bb--|[message/rfc822 Subject: s%%text]|true",
                "digest; boundary=bb|--bb%Content-Type: text/plain%%text%--bb--|[text/plain text]|true"
            })
    void keepsTextOfMultiparts(String type, String body, String text, boolean complete) throws IOException {
        assertThat(parse("Content-Type: multipart/" + type + "%%" + body)).isEqualTo(complete);
        assertThat(collector.text).hasToString(text.replace("%", "\r\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "base64|SGVsbG8=|Hello|true",
                "base64|SGVsbG8|Hello|true",
                "base64|SGVsbG8gd28|Hello wo|true",
                "base64|SGVs%bG8=|Hello|true",
                "base64|SGVsbG8=%IFdvcmxk|Hello World|true",
                "base64|SGVsbG8=IFdvcmxk|Hello World|true",
                "base64|SGVs*bG8!=|Hello|true",
                "base64|%%SGVs%%bG8=%%|Hello|true",
                // a mailing list has appended a footer
                "base64|SGVsbG8=%%-- %footer|Hello%%-- %footer|true",
                "base64|SGVs%_______%list footer%http://a.example|Hel%_______%list footer%http://a.example|true",
                "base64|SGVsbG8=%--%SGVs|Hello%--%SGVs|true",
                "base64 (comment)|SGVsbG8=|Hello|true",
                "base64;|SGVsbG8=|Hello|true",
                "\"base64\"|SGVsbG8=|Hello|true",
                "BASE64|SGVsbG8=|Hello|true",
                "quoted-printable|=48ello=%=20World|Hello World|true",
                "Quoted-Printable; x=y|H=C3=A4=zz|Hä=zz|true",
                "7bit|SGVsbG8=|SGVsbG8=|true",
                "x-unknown|SGVsbG8=|SGVsbG8=|true"
            })
    void decodesBodies(String encoding, String body, String text, boolean complete) throws IOException {
        assertThat(parse(
                        "Content-Type: text/plain; charset=utf-8%Content-Transfer-Encoding: " + encoding + "%%" + body))
                .isEqualTo(complete);
        assertThat(collector.text).hasToString("[text/plain " + text.replace("%", "\r\n") + "]");
    }

    @Test
    void aFooterIsNoPartOfAnAttachment() throws IOException {
        assertThat(parse("Content-Type: a/b%Content-Transfer-Encoding: base64%%SGVsbG8=%%-- %footer"))
                .isFalse();
        assertThat(collector.text).hasToString("[a/b Hello]");
    }

    @Test
    void keepsALongFooter() throws IOException {
        String footer = "not base64, but a text ".repeat(10_000) + "\r\n" + "x y\r\n".repeat(10_000) + "end";
        assertThat(parse("Content-Transfer-Encoding: base64%%" + "SGVs".repeat(5_000) + "=%" + footer))
                .isTrue();
        String text = "[text/plain " + "Hel".repeat(5_000) + "\r\n" + footer + "]";
        assertThat(collector.text.toString().equals(text)).isTrue(); // too long to be printed
    }

    @Test
    void decodesLongBase64InOneLineAndInMany() throws IOException {
        String text = "0123456789".repeat(30_000);
        String encoded = java.util.Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
        for (String body : new String[] {encoded, encoded.replaceAll(".{76}", "$0%")}) {
            collector.text.setLength(0);
            assertThat(parse("Content-Transfer-Encoding: base64%%" + body)).isTrue();
            assertThat(collector.text).hasToString("[text/plain " + text + "]");
        }
    }
}
