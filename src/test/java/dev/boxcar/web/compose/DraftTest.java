// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.path.Mailbox;
import jakarta.mail.Message;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parses the built messages with another library. */
class DraftTest {
    private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, '\r', '\n', '.', '\n'};

    @Test
    void aMessageWithOnlyTextHasOnePart() throws Exception {
        MimeMessage message = read(draft("Grüße 🚃 aus dem Zug".repeat(5), "Hallo,\nWelt\n.\n", "", List.of()));
        assertThat(message.getSubject()).isEqualTo("Grüße 🚃 aus dem Zug".repeat(5));
        assertThat(message.getContent().toString().strip()).isEqualTo("Hallo,\nWelt\n.");
        assertThat(message.getFrom()[0].toString()).isEqualTo("\"Doe, John\" <john@a.example>");
        assertThat(message.getRecipients(Message.RecipientType.TO)).hasSize(2);
        assertThat(message.getRecipients(Message.RecipientType.BCC)).isNull();
        assertThat(message.getReplyTo()[0].toString()).isEqualTo("r@a.example");
        assertThat(message.getMessageID()).isEqualTo("<01ID@boxcar>");
        assertThat(message.getSentDate()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(message.getHeader("Date"))
                .containsExactly("Tue, 14 Nov 2023 22:13:20 +0000"); // not GMT: RFC 5322 §3.3
        assertThat(message.getHeader("X-Thing")).containsExactly("one Bcc: x@y");
    }

    @Test
    void nestsEveryKindOfPart() throws Exception {
        List<Draft.File> files = List.of(
                new Draft.File("Überblick.png", "image/png", "logo", PICTURE),
                new Draft.File("a\"b.bin", "application/octet-stream", "", PICTURE));
        MimeMessage message = read(draft("s", "text ü", "<img src=\"cid:logo\">", files));
        var leaves = new ArrayList<String>();
        walk(message, leaves);
        assertThat(leaves)
                .containsExactly(
                        "multipart/mixed",
                        "multipart/alternative",
                        "text/plain",
                        "multipart/related",
                        "text/html",
                        "image/png inline Überblick.png <logo>",
                        "application/octet-stream attachment a\"b.bin null");
    }

    private static void walk(Part part, List<String> found) throws Exception {
        String type = part.getContentType().replaceAll(";(?s:.*)", "");
        if (part.getContent() instanceof Multipart several) {
            found.add(type);
            for (int i = 0; i < several.getCount(); i++) {
                walk(several.getBodyPart(i), found);
            }
        } else if (part.getDisposition() == null) {
            found.add(type);
            assertThat(part.getContent().toString())
                    .isIn("text ü", "<img src=\"cid:logo\">", "<img src=\"cid:logo\">\r\n");
        } else {
            String[] id = part.getHeader("Content-ID");
            found.add(type + " " + part.getDisposition() + " "
                    + jakarta.mail.internet.MimeUtility.decodeText(part.getFileName()) + " "
                    + (id == null ? null : id[0]));
            assertThat(part.getInputStream().readAllBytes()).isEqualTo(PICTURE);
        }
    }

    private static Draft draft(String subject, String text, String html, List<Draft.File> files) {
        return new Draft(
                person("Doe, John", "john@a.example"),
                List.of(person("Jörg", "j@b.example"), person("", "k@b.example")),
                List.of(),
                List.of(Mailbox.parse("hidden@c.example")),
                List.of(person("", "r@a.example")),
                subject,
                text,
                html,
                Map.of("X-Thing", "one\r\nBcc: x@y"),
                files);
    }

    private static Draft.Person person(String name, String mailbox) {
        return new Draft.Person(name, Mailbox.parse(mailbox));
    }

    private static MimeMessage read(Draft draft) throws Exception {
        byte[] bytes = draft.bytes("01ID", Instant.ofEpochSecond(1_700_000_000).atZone(ZoneOffset.UTC));
        assertThat(new String(bytes, UTF_8)).doesNotContain("hidden@c.example").doesNotContainPattern("(?<!\r)\n");
        return new MimeMessage(null, new ByteArrayInputStream(bytes));
    }
}
