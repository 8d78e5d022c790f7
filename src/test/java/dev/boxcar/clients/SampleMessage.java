// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.activation.DataHandler;
import jakarta.mail.Address;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.eclipse.angus.mail.smtp.SMTPMessage;

/** A typical message and the envelope to send it with. */
record SampleMessage(SMTPMessage message, List<Address> recipients) {
    static final String SENDER = "bounces+7@lists.example.com";

    static final String UMLAUTS = "Grüße aus Łódź – ここにいます 🚂\r\n.\r\nZweite Zeile: äöüß\r\n";

    /** Lines that start with dots, and a last line without a line end. */
    static SampleMessage plain(Session session) throws MessagingException {
        var message = message(session, "A plain one");
        message.setText("Hello,\r\n.\r\n..two\r\n.one\r\n\r\nand no end of line here", "us-ascii");
        return to(message, "alice@example.com");
    }

    /** A text and an attachment with every byte value; the Bcc recipient appears in no header that is sent. */
    static SampleMessage multipart(Session session) throws MessagingException {
        var message = message(session, "With an attachment");
        var text = new MimeBodyPart();
        text.setText("See there.\r\n", "us-ascii");
        var bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        var attachment = new MimeBodyPart();
        attachment.setDataHandler(new DataHandler(new ByteArrayDataSource(bytes, "application/octet-stream")));
        attachment.setFileName("all.bin");
        message.setContent(new MimeMultipart("mixed", text, attachment));
        message.setRecipients(RecipientType.CC, "bob@example.net");
        message.setRecipients(RecipientType.BCC, "carol@example.com");
        return to(message, "alice@example.com");
    }

    /** Non-ASCII subject and body, encoded as ASCII (RFC 2047, RFC 2045). */
    static SampleMessage utf8(Session session) throws MessagingException {
        var message = message(session, "Grüße aus Łódź 🚂");
        message.setText(UMLAUTS, UTF_8.name());
        return to(message, "alice@example.com");
    }

    /** A body whose bytes above 127 may be sent unencoded (RFC 6152). */
    static SampleMessage eightBit(Session session) throws MessagingException {
        var message = message(session, "8 bit");
        message.setAllow8bitMIME(true);
        message.setText(UMLAUTS, UTF_8.name());
        return to(message, "alice@example.com");
    }

    static SampleMessage manyRecipients(Session session) throws MessagingException {
        var message = message(session, "To all of you");
        message.setText("Dear all,\r\n", "us-ascii");
        return to(
                message,
                IntStream.range(0, 200)
                        .mapToObj("member%03d@example.org"::formatted)
                        .toArray(String[]::new));
    }

    /** More than five MiB of text in which every line starts with a dot. */
    static SampleMessage large(Session session) throws MessagingException {
        var message = message(session, "Five MiB");
        message.setText((".".repeat(1 + 70) + "\r\n").repeat(5 * 1024 * 1024 / 73 + 1), "us-ascii");
        return to(message, "alice@example.com");
    }

    static List<SampleMessage> all(Session session) throws MessagingException {
        return List.of(
                plain(session),
                multipart(session),
                utf8(session),
                eightBit(session),
                manyRecipients(session),
                large(session));
    }

    static SMTPMessage message(Session session, String subject) throws MessagingException {
        var message = new SMTPMessage(session);
        message.setEnvelopeFrom(SENDER);
        message.setFrom(new InternetAddress("author@example.com"));
        message.setSubject(subject, UTF_8.name());
        message.setSentDate(Date.from(Instant.parse("2026-11-22T09:30:00Z")));
        return message;
    }

    private static SampleMessage to(SMTPMessage message, String... addresses) throws MessagingException {
        message.setRecipients(RecipientType.TO, String.join(",", addresses));
        return of(message);
    }

    /** Completes the message and addresses it to all recipients in its headers, as {@code Transport.send} does. */
    static SampleMessage of(SMTPMessage message) throws MessagingException {
        message.saveChanges();
        return new SampleMessage(message, List.of(message.getAllRecipients()));
    }
}
