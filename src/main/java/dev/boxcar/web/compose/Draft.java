// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.Mailbox;
import java.io.ByteArrayOutputStream;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A message to be made: who, what, and what goes with it. Immutable.
 *
 * @param from the author
 * @param to shown as To
 * @param cc shown as Cc
 * @param bcc shown nowhere: they stand in the envelope alone (RFC 5322 §3.6.3)
 * @param replyTo shown as Reply-To
 * @param subject one line
 * @param text the plain text; may be empty
 * @param html the same as HTML; empty for none
 * @param fields more header fields, by name
 * @param files what is attached
 */
public record Draft(
        Person from,
        List<Person> to,
        List<Person> cc,
        List<Mailbox> bcc,
        List<Person> replyTo,
        String subject,
        String text,
        String html,
        Map<String, String> fields,
        List<File> files) {

    /** A mailbox, with the name that people see; it may be empty. */
    public record Person(String name, Mailbox mailbox) {}

    /** A file; with a content id it is shown within the HTML, which refers to it by that (RFC 2392). */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record File(String name, String contentType, String contentId, byte[] bytes) {}

    /** Every recipient, in the order To, Cc, Bcc. */
    public List<Mailbox> recipients() {
        var all = new ArrayList<Mailbox>();
        to.forEach(person -> all.add(person.mailbox()));
        cc.forEach(person -> all.add(person.mailbox()));
        all.addAll(bcc);
        return all;
    }

    /** The message, with a Date and, unless {@link #fields} has one, a Message-ID of {@code id}. */
    public byte[] bytes(String id, ZonedDateTime date) {
        var head = new StringBuilder();
        head.append(HeaderEncoder.addresses("From", List.of(from)));
        head.append(HeaderEncoder.addresses("To", to));
        head.append(HeaderEncoder.addresses("Cc", cc));
        head.append(HeaderEncoder.addresses("Reply-To", replyTo));
        head.append(HeaderEncoder.field("Subject", subject));
        head.append(HeaderEncoder.field(
                "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(date.withZoneSameInstant(ZoneOffset.UTC))));
        if (fields.keySet().stream().noneMatch("Message-ID"::equalsIgnoreCase)) {
            head.append(HeaderEncoder.field("Message-ID", "<" + id + "@boxcar>"));
        }
        fields.forEach((name, value) -> head.append(HeaderEncoder.field(name, value)));
        head.append("MIME-Version: 1.0\r\n");
        var message = new ByteArrayOutputStream();
        message.writeBytes(head.toString().getBytes(UTF_8));
        entity(id).writeTo(message);
        return message.toByteArray();
    }

    /**
     * Text and HTML as alternatives, the HTML with its images, all of it with its attachments (RFC 2046 §5.1, RFC
     * 2387).
     */
    private MimeEntity entity(String id) {
        List<MimeEntity> inline = entities(true);
        List<MimeEntity> attached = entities(false);
        MimeEntity body = MimeEntity.text("plain", text);
        if (!html.isEmpty()) {
            MimeEntity page = MimeEntity.text("html", html);
            if (!inline.isEmpty()) {
                page = MimeEntity.multipart("related", id + "-r", page, inline);
            }
            body = text.isEmpty() ? page : MimeEntity.multipart("alternative", id + "-a", body, List.of(page));
        } else {
            attached = new ArrayList<>(attached);
            attached.addAll(0, inline);
        }
        return attached.isEmpty() ? body : MimeEntity.multipart("mixed", id + "-m", body, attached);
    }

    private List<MimeEntity> entities(boolean shown) {
        return files.stream()
                .filter(file -> file.contentId().isEmpty() != shown)
                .map(MimeEntity::file)
                .toList();
    }
}
