// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import java.io.ByteArrayOutputStream;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;
import org.apache.james.mime4j.codec.EncoderUtil;

/** Creates the bytes of simple text messages. */
final class TextMessage {
    private static final String SUBJECT = "Subject: ";

    private TextMessage() {}

    /** A message with this text and the header fields of RFC 5322 §3.6. */
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
        message.append("Date: ").append(HeaderDate.of(now)).append('\n');
        message.append("Message-ID: <")
                .append(UUID.randomUUID())
                .append('@')
                .append(hostname)
                .append(">\n");
        message.append(SUBJECT).append(encoded(subject)).append('\n');
        message.append(
                "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
        message.append(text);
        return withCrlf(message.toString().getBytes(UTF_8));
    }

    /** Encodes a subject that is not ASCII (RFC 2047), one encoded word per line. A line end becomes a space. */
    private static String encoded(String text) {
        String line = text.replaceAll("\\R", " ");
        if (line.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return line;
        }
        return EncoderUtil.encodeEncodedWord(
                        line, EncoderUtil.Usage.TEXT_TOKEN, SUBJECT.length(), UTF_8, EncoderUtil.Encoding.B)
                .replace(" ", "\n ");
    }

    /** Inserts a CR before each LF that has none: lines must end in CRLF (RFC 5321 §2.3.8). */
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
