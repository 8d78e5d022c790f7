// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.junit.content.AttachedFile;
import dev.boxcar.smtp.Envelope;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a test reads from a message. */
class MessageTest {

    private static Message message(String source) {
        byte[] envelope = ("Session: s1\nClient: 127.0.0.1:1\nHelo: c\nProtocol: ESMTP\nFrom: <a@b.example>\n"
                        + "To: <c@d.example>\nTo: <e@f.example>\nReceived: 2026-11-30T00:00:00.000Z\n")
                .getBytes(UTF_8);
        return new Message(
                "id",
                Envelope.of(envelope, envelope.length),
                source.replace("\n", "\r\n").getBytes(UTF_8));
    }

    private static Message text(String text) {
        return message("Subject: s\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n");
    }

    private static Message html(String html) {
        return message("Subject: s\nContent-Type: text/html; charset=utf-8\n\n" + html + "\n");
    }

    @Test
    void hasItsEnvelope() {
        Message message = text("x");
        assertThat(message.sender()).isEqualTo("a@b.example");
        assertThat(message.recipients()).containsExactly("c@d.example", "e@f.example");
        assertThat(message.session()).isEqualTo("s1");
        assertThat(message.size()).isEqualTo(message.raw().length);
    }

    @Test
    void decodesHeaderFields() {
        Message message = message("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nX-One: 1\nx-one: 2\nLong: a\n b\n\n");
        assertThat(message.subject()).isEqualTo("Grüße");
        assertThat(message.header("X-ONE")).isEqualTo("1");
        assertThat(message.headers("X-One")).containsExactly("1", "2");
        assertThat(message.header("Long")).isEqualTo("a b");
        assertThat(message.header("Missing")).isEmpty();
        assertThat(message.headers("Missing")).isEmpty();
    }

    @Test
    void takesPartsApart() {
        Message message = message("""
                Subject: parts
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=m

                --m
                Content-Type: multipart/alternative; boundary=a

                --a
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Gr=C3=BC=C3=9Fe
                --a
                Content-Type: text/html

                <p>Hello</p>
                --a--
                --m
                Content-Type: application/pdf
                Content-Disposition: attachment; filename="bill.pdf"
                Content-Transfer-Encoding: base64

                UERG
                --m--
                """);
        assertThat(message.text()).isEqualTo("Grüße");
        assertThat(message.html()).isEqualTo("<p>Hello</p>");
        assertThat(message.attachments()).hasSize(1);
        AttachedFile bill = message.attachments().get(0);
        assertThat(bill.fileName()).isEqualTo("bill.pdf");
        assertThat(bill.contentType()).isEqualTo("application/pdf");
        assertThat(bill.bytes()).isEqualTo("PDF".getBytes(UTF_8));
    }

    @Test
    void aTextWithANameIsTextAndAFile() {
        Message message = message("""
                Content-Type: text/plain
                Content-Disposition: inline; filename="body.txt"

                Hello""");
        assertThat(message.text().strip()).isEqualTo("Hello");
        assertThat(message.attachments()).extracting(AttachedFile::fileName).containsExactly("body.txt");
    }

    @Test
    void findsLinksInTheText() {
        Message message =
                text("Confirm at https://example.org/confirm?a=1&b=2. Or (see https://example.org/wiki/A_(b)):"
                        + " <http://example.com/x>, HTTPS://EXAMPLE.NET!\nhttps://example.org/confirm?a=1&b=2");
        assertThat(message.links())
                .containsExactly(
                        "https://example.org/confirm?a=1&b=2",
                        "https://example.org/wiki/A_(b)",
                        "http://example.com/x",
                        "HTTPS://EXAMPLE.NET");
    }

    @Test
    void findsLinksInHtml() {
        Message message =
                html("<a href=\"https://example.org/?a=1&amp;b=2\">x</a> <A class=k HREF='mailto:a@b.example'>"
                        + " <a id=1 href=https://example.com/y>y</a> <a href='#top'>up</a> <link href='style.css'>");
        assertThat(message.links())
                .containsExactly("https://example.org/?a=1&b=2", "mailto:a@b.example", "https://example.com/y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Your code is 482913.                                  | 482913",
                "Use 4829 to log in                                    | 4829",
                "482 913 is your verification code                     | 482913",
                "Code: 482-913                                         | 482913",
                "Votre code : AB12CD34                                 | AB12CD34",
                "Your PIN: 2024                                        | 2024",
                "Order 55501 was shipped, your login code is 482913    | 482913,55501",
                "Ihr Anmeldecode lautet 482913                         | 482913"
            })
    void findsCodes(String text, String codes) {
        assertThat(text(text).codes()).containsExactly(codes.split(",", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Call +1 555 123 4567 or 0800 12",
                "https://example.org/123456",
                "123456@example.org",
                "Copyright 2026",
                "costs 1234.50 or $1234, 1,234,567 in all",
                "order #123456, build 1.2345.6",
                "123 456 789"
            })
    void takesOtherNumbersForNoCodes(String text) {
        assertThat(text(text).codes()).isEmpty();
    }

    @Test
    void findsCodesInHtmlWithoutText() {
        Message message = html("<style>a { color: #123456 }</style><p>Your code</p><table><tr><td><b>48</b>2913</td>"
                + "<td>&nbsp;2026</td></tr></table>");
        assertThat(message.codes()).isEqualTo(List.of("482913", "2026"));
    }
}
