// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.path.Mailbox;
import java.io.ByteArrayOutputStream;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A message to build. Immutable.
 *
 * @param from the author
 * @param to the addresses of the To field
 * @param cc the addresses of the Cc field
 * @param bcc recipients that no header field names: they are in the envelope only (RFC 5322 §3.6.3)
 * @param replyTo the addresses of the Reply-To field
 * @param subject the subject, one line
 * @param text the plain text; may be empty
 * @param html the HTML version of the text; empty if there is none
 * @param fields additional header fields by name
 * @param files the attachments and inline images
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

    /** A mailbox and its display name, which may be empty. */
    public record Person(String name, Mailbox mailbox) {}

    /** A file. One with a content id is shown inline where the HTML refers to that id (RFC 2392). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record File(String name, String contentType, String contentId, byte[] bytes) {}

    /** All recipients, in the order To, Cc, Bcc. */
    public List<Mailbox> recipients() {
        var all = new ArrayList<Mailbox>();
        to.forEach(person -> all.add(person.mailbox()));
        cc.forEach(person -> all.add(person.mailbox()));
        all.addAll(bcc);
        return all;
    }

    /** The bytes of the message. Adds Date, and a Message-ID made from {@code id} unless {@link #fields} has one. */
    public byte[] bytes(String id, ZonedDateTime date) {
        var head = new StringBuilder();
        head.append(HeaderEncoder.addresses("From", List.of(from)));
        head.append(HeaderEncoder.addresses("To", to));
        head.append(HeaderEncoder.addresses("Cc", cc));
        head.append(HeaderEncoder.addresses("Reply-To", replyTo));
        head.append(HeaderEncoder.field("Subject", subject));
        head.append(HeaderEncoder.field("Date", HeaderDate.of(date.toInstant())));
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

    /** The text and the HTML as alternatives, inline images beside the HTML, then attachments (RFC 2046, RFC 2387). */
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

    private List<MimeEntity> entities(boolean inline) {
        return files.stream()
                .filter(file -> file.contentId().isEmpty() != inline)
                .map(MimeEntity::file)
                .toList();
    }
}
