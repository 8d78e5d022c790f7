// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.BytesProducer;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.smtp.HeaderDate;
import dev.boxcar.smtp.ReceivedField;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.spool.Ulid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * Makes the bytes that are sent for a queued message: a Received field (RFC 5321 §4.4), Date and Message-ID if they are
 * missing (RFC 6409 §8.2, §8.3), and the message as it was accepted, with stray line ends repaired and its header
 * rewritten as configured. They are the same at every attempt.
 *
 * <p>The methods may block; they run on a worker thread.
 */
final class OutboundContent {
    /** A message of at most this size is read once and sent from memory. */
    private static final int MAX_IN_MEMORY = 64 * 1024;
    /** The header is searched for fields up to this size. */
    private static final int MAX_HEADER = 256 * 1024;
    /** A larger message is not converted. */
    private static final long MAX_CONVERTED = 16L * 1024 * 1024;

    private static final byte[] CRLF = {'\r', '\n'};

    private final DeliveryRequest request;
    private final String hostname;
    private final MailRewriting rewriting;

    private OutboundContent(DeliveryRequest request, String hostname, MailRewriting rewriting) {
        this.request = request;
        this.hostname = hostname;
        this.rewriting = rewriting;
    }

    /**
     * Reads what must be known about the message before it is sent.
     *
     * @param hostname the relay's name
     * @throws IOException if the message cannot be read
     */
    static MessageContent read(DeliveryRequest request, String hostname, MailRewriting rewriting) throws IOException {
        return new OutboundContent(request, hostname, rewriting).read(request.mail());
    }

    /**
     * The message with all bytes below 128, whatever it takes. It is in memory, so a large one is not converted.
     *
     * @throws SevenBitConversion.NotConvertibleException if it must not be converted
     */
    static MessageContent readSevenBit(DeliveryRequest request, String hostname, MailRewriting rewriting)
            throws IOException, SevenBitConversion.NotConvertibleException {
        return new OutboundContent(request, hostname, rewriting).readSevenBit(request.mail());
    }

    private MessageContent read(QueuedMail mail) throws IOException {
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
            return read(LineEndRepair.of(mail, scan));
        }
        HeaderScan header = HeaderScan.of(start);
        boolean isCut = !small && header.end() >= start.length;
        byte[] head = isCut ? added(header) : head(start, header);
        int replaced = isCut ? 0 : header.end();
        boolean utf8 = request.envelope().mail().has(Parameter.SMTPUTF8) && !Ascii.isSevenBit(start, 0, header.end());
        if (small) {
            byte[] whole = joined(head, start, replaced);
            return new MessageContent(channel -> BytesProducer.of(whole), whole.length, scan.isEightBit(), utf8);
        }
        return MessageContent.opening(
                () -> new SequenceInputStream(new ByteArrayInputStream(head), openFrom(mail, replaced)),
                head.length + mail.bytes() - replaced,
                scan.isEightBit(),
                utf8);
    }

    private MessageContent readSevenBit(QueuedMail mail)
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
            return readSevenBit(LineEndRepair.of(mail, scan));
        }
        HeaderScan header = HeaderScan.of(original);
        byte[] whole = joined(head(original, header), original, header.end());
        return MessageContent.of(SevenBitConversion.convert(new ByteArrayInputStream(whole)));
    }

    private static InputStream openFrom(QueuedMail mail, int from) throws IOException {
        InputStream in = mail.open();
        try {
            in.skipNBytes(from);
            return in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static byte[] joined(byte[] head, byte[] message, int from) {
        byte[] whole = Arrays.copyOf(head, head.length + message.length - from);
        System.arraycopy(message, from, whole, head.length, message.length - from);
        return whole;
    }

    /** The header as it is sent. */
    private byte[] head(byte[] message, HeaderScan header) {
        var head = new ByteArrayOutputStream(header.end() + 512);
        head.writeBytes(added(header));
        head.writeBytes(rewriting.header(Arrays.copyOf(message, header.end())));
        if (!header.isPresent()) {
            head.writeBytes(CRLF); // otherwise the first line of the text would become a part of the header
        }
        return head.toByteArray();
    }

    private byte[] added(HeaderScan header) {
        Ulid id = request.id();
        Instant received = request.mail().received();
        var fields = new StringBuilder(300);
        fields.append(new ReceivedField(request.envelope(), hostname, id.toString(), received, null).text());
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
