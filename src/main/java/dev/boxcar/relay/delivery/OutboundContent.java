// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.BytesProducer;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.ReceivedField;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.spool.Ulid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * Makes the bytes that are sent for a queued message: a Received field (RFC 5321 §4.4), Date and Message-ID if they are
 * missing (RFC 6409 §8.2, §8.3), and the message as it was accepted, with stray line ends repaired. They are the same
 * at every attempt.
 *
 * <p>{@link #read} may block; it runs on a worker thread.
 */
final class OutboundContent {
    /** A message of at most this size is read once and sent from memory. */
    private static final int MAX_IN_MEMORY = 64 * 1024;
    /** The header is searched for fields up to this size. */
    private static final int MAX_HEADER = 256 * 1024;
    /** A larger message is not converted. */
    private static final long MAX_CONVERTED = 16L * 1024 * 1024;

    private OutboundContent() {}

    /**
     * Reads what must be known about the message before it is sent.
     *
     * @param hostname the relay's name
     * @throws IOException if the message cannot be read
     */
    static MessageContent read(Ulid id, Envelope envelope, QueuedMail mail, String hostname) throws IOException {
        boolean small = mail.bytes() <= MAX_IN_MEMORY;
        byte[] start;
        var scan = new ContentScan();
        try (InputStream in = mail.open()) {
            start = in.readNBytes(small ? MAX_IN_MEMORY : MAX_HEADER);
            scan.add(start, start.length);
            if (!small) {
                scan.addAll(in);
            }
        }
        if (scan.hasStrayLineEnds()) {
            return read(id, envelope, LineEndRepair.of(mail, scan), hostname);
        }
        HeaderScan header = HeaderScan.of(start);
        byte[] added = added(id, envelope, mail.received(), hostname, header);
        boolean utf8 = envelope.mail().has(Parameter.SMTPUTF8) && !Ascii.isSevenBit(start, 0, header.end());
        if (small) {
            byte[] whole = Arrays.copyOf(added, added.length + start.length);
            System.arraycopy(start, 0, whole, added.length, start.length);
            return new MessageContent(channel -> BytesProducer.of(whole), whole.length, scan.isEightBit(), utf8);
        }
        return MessageContent.opening(
                () -> new SequenceInputStream(new ByteArrayInputStream(added), mail.open()),
                added.length + mail.bytes(),
                scan.isEightBit(),
                utf8);
    }

    /**
     * The message with all bytes below 128, whatever it takes. It is in memory, so a large one is not converted.
     *
     * @throws SevenBitConversion.NotConvertibleException if it must not be converted
     */
    static MessageContent readSevenBit(Ulid id, Envelope envelope, QueuedMail mail, String hostname)
            throws IOException, SevenBitConversion.NotConvertibleException {
        if (mail.bytes() > MAX_CONVERTED) {
            throw new SevenBitConversion.NotConvertibleException("it is larger than 16 MiB");
        }
        byte[] original;
        try (InputStream in = mail.open()) {
            original = in.readAllBytes();
        }
        var scan = new ContentScan();
        scan.add(original, original.length);
        if (scan.hasStrayLineEnds()) {
            return readSevenBit(id, envelope, LineEndRepair.of(mail, scan), hostname);
        }
        byte[] added = added(id, envelope, mail.received(), hostname, HeaderScan.of(original));
        byte[] whole = Arrays.copyOf(added, added.length + original.length);
        System.arraycopy(original, 0, whole, added.length, original.length);
        return MessageContent.of(SevenBitConversion.convert(new ByteArrayInputStream(whole)));
    }

    private static byte[] added(Ulid id, Envelope envelope, Instant received, String hostname, HeaderScan header) {
        var fields = new StringBuilder(300);
        fields.append(new ReceivedField(envelope, hostname, id.toString(), received, null).text());
        if (!header.hasDate()) {
            fields.append("Date: ").append(HeaderDate.of(received)).append("\r\n");
        }
        if (!header.hasMessageId()) {
            fields.append("Message-ID: <")
                    .append(id)
                    .append('@')
                    .append(hostname)
                    .append(">\r\n");
        }
        if (!header.isPresent()) {
            fields.append("\r\n"); // otherwise the first line of the text would become a part of the header
        }
        return fields.toString().getBytes(US_ASCII);
    }

    /**
     * What the header of a message has.
     *
     * @param isPresent whether the message begins with a field or an empty line
     * @param end where the header ends
     */
    private record HeaderScan(boolean isPresent, boolean hasDate, boolean hasMessageId, int end) {
        static HeaderScan of(byte[] bytes) {
            boolean present = false;
            boolean date = false;
            boolean messageId = false;
            int line = 0;
            while (line < bytes.length) {
                int lf = line;
                while (lf < bytes.length && bytes[lf] != '\n') {
                    lf++;
                }
                int end = lf > line && bytes[lf - 1] == '\r' ? lf - 1 : lf;
                if (end == line) {
                    return new HeaderScan(true, date, messageId, line);
                }
                if (bytes[line] != ' ' && bytes[line] != '\t') {
                    String name = fieldName(bytes, line, end);
                    if (name.isEmpty()) {
                        break; // not a header line: the header ends here
                    }
                    present = true;
                    date |= name.equals("date");
                    messageId |= name.equals("message-id");
                } else if (!present) {
                    break;
                }
                line = lf + 1;
            }
            return new HeaderScan(present, date, messageId, Math.min(line, bytes.length));
        }

        /** The name of the field in lower case; empty if the line is not the start of a field. */
        private static String fieldName(byte[] bytes, int from, int to) {
            for (int i = from; i < to; i++) {
                if (bytes[i] == ':') {
                    return new String(bytes, from, i - from, ISO_8859_1).strip().toLowerCase(Locale.ROOT);
                } else if (bytes[i] <= ' ') {
                    return "";
                }
            }
            return "";
        }
    }
}
