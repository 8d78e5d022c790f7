// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import java.io.ByteArrayOutputStream;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Messages as bytes. */
final class Letter {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);
    /**
     * An encoded word has 75 characters at most (RFC 2047 §2); so many bytes of UTF-8 make 64 of base64, less what is
     * cut.
     */
    private static final int BYTES_A_WORD = 39;

    private Letter() {}

    /** A small message of one text, with the header that RFC 5322 §3.6 asks for. */
    static byte[] of(
            ReversePath from, List<ForwardPath> to, String hostname, String subject, String text, ZonedDateTime now) {
        Mailbox author = from.mailbox();
        var message = new StringBuilder();
        message.append("From: ")
                .append(author == null ? "MAILER-DAEMON@" + hostname : author)
                .append('\n');
        message.append("To: ")
                .append(String.join(
                        ",\n ",
                        to.stream().map(path -> path.mailbox().toString()).toList()))
                .append('\n');
        message.append("Date: ").append(DATE.format(now)).append('\n');
        message.append("Message-ID: <")
                .append(UUID.randomUUID())
                .append('@')
                .append(hostname)
                .append(">\n");
        message.append("Subject: ").append(encoded(subject)).append('\n');
        message.append(
                "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
        message.append(text);
        return withCrlf(message.toString().getBytes(UTF_8));
    }

    /**
     * A subject that is not ASCII becomes encoded words (RFC 2047), so that it passes any server; a line end becomes a
     * space.
     */
    private static String encoded(String text) {
        String line = text.replaceAll("\\R", " ");
        if (line.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return line;
        }
        var words = new StringBuilder();
        var part = new StringBuilder();
        for (int c : line.codePoints().toArray()) {
            String next = Character.toString(c);
            if ((part + next).getBytes(UTF_8).length > BYTES_A_WORD) {
                append(words, part);
                part.setLength(0);
            }
            part.append(next);
        }
        append(words, part);
        return words.toString();
    }

    private static void append(StringBuilder words, StringBuilder part) {
        String base64 = Base64.getEncoder().encodeToString(part.toString().getBytes(UTF_8));
        words.append(words.isEmpty() ? "" : "\n ")
                .append("=?utf-8?B?")
                .append(base64)
                .append("?=");
    }

    /** The bytes with CR before each LF that has none, as SMTP wants lines to end (RFC 5321 §2.3.8). */
    static byte[] withCrlf(byte[] bytes) {
        var out = new ByteArrayOutputStream(bytes.length + bytes.length / 32);
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) {
                out.write(bytes, from, i - from);
                out.write('\r');
                from = i;
            }
        }
        out.write(bytes, from, bytes.length - from);
        return out.toByteArray();
    }
}
