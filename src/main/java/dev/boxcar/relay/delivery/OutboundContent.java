// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.BytesProducer;
import dev.boxcar.async.producer.CompositeProducer;
import dev.boxcar.relay.queue.MailBytes;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.relay.sign.MessageSigning;
import dev.boxcar.relay.sign.SigningException;
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
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the bytes that are sent for a queued message: a Received field (RFC 5321 §4.4), Date and Message-ID if they are
 * missing (RFC 6409 §8.2, §8.3), and the message as it was accepted, with stray line ends repaired and its header
 * rewritten as configured; before all of it, the signatures. They are the same at every attempt.
 *
 * <p>The methods may block; they run on a worker thread.
 */
final class OutboundContent {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundContent.class);
    /** A message up to this size becomes one array with the fields before it, so that it leaves in one piece. */
    private static final int MAX_JOINED = 16 * 1024;
    /** Most headers are shorter; of a longer one, more is read. */
    private static final int USUAL_HEADER = 256 * 1024;
    /** A larger message is not converted. */
    private static final long MAX_CONVERTED = 16L * 1024 * 1024;

    private static final int PIECE = 64 * 1024;
    private static final byte[] CRLF = {'\r', '\n'};

    /** A longer header is neither rewritten nor signed. */
    private static final int MAX_HEADER = 1024 * 1024;

    private final DeliveryRequest request;
    private final String hostname;
    private final MailRewriting rewriting;
    private final DkimSigner signer;

    /**
     * A message that is ready to be sent.
     *
     * @param memory what the content refers to, to be given back to the queue after it was sent; null for none
     */
    record ReadyContent(
            MessageContent content,
            DkimResult dkim,
            @Nullable MailBytes memory) {}

    /**
     * The content of a request.
     *
     * @param options with the relay's name and the signer
     */
    OutboundContent(DeliveryRequest request, DeliveryOptions options, MailRewriting rewriting) {
        this.request = request;
        this.hostname = options.hostname();
        this.rewriting = rewriting;
        this.signer = options.signer().get();
    }

    /**
     * Reads what must be known about the message before it is sent. A large message is read again while it is sent.
     *
     * @throws IOException if the message cannot be read
     * @throws SigningException if it cannot be signed, and must not be sent unsigned
     */
    ReadyContent read() throws IOException, SigningException {
        return read(request.mail());
    }

    /**
     * The message with all bytes below 128, whatever it takes. It is in memory, so a large one is not converted.
     *
     * @throws SevenBitConversion.NotConvertibleException if it must not be converted
     */
    ReadyContent readSevenBit() throws IOException, SigningException, SevenBitConversion.NotConvertibleException {
        return readSevenBit(request.mail());
    }

    /**
     * The content of a message that is in memory. Does not block, and needs little time.
     *
     * @return null if the message must be signed or repaired
     */
    @Nullable
    ReadyContent of(MailBytes message) {
        if (signer.isOn()) {
            return null;
        }
        var scan = new ContentScan();
        scan.add(message.array(), message.length());
        if (scan.hasStrayLineEnds()) {
            return null;
        }
        HeaderOutline header = HeaderOutline.of(message.array(), message.length());
        return inMemory(head(message.array(), header), message, header, scan, DkimResult.NONE);
    }

    private ReadyContent read(QueuedMail mail) throws IOException, SigningException {
        if (mail.bytes() <= MailBytes.MAX_LENGTH) {
            return readSmall(mail);
        }
        var scan = new ContentScan();
        try (InputStream in = mail.open()) {
            byte[] start = readStart(in);
            HeaderOutline header = HeaderOutline.of(start);
            if (isCut(header, start, mail)) {
                start = joined(start, in.readNBytes(MAX_HEADER - start.length), 0);
                header = HeaderOutline.of(start);
            }
            boolean isCut = isCut(header, start, mail);
            byte[] head = isCut ? added(header) : head(start, header);
            int replaced = isCut ? 0 : header.end();
            MessageSigning signing = signer.begin(
                    request.envelope(),
                    isCut ? joined(head, start, 0) : head,
                    request.mail().received());
            scan(start, header.bodyFrom(start, start.length), in, mail.bytes() - start.length, scan, signing);
            if (scan.hasStrayLineEnds()) {
                return read(LineEndRepair.of(mail, scan));
            }
            Signature signature = isCut && signing != null ? tooLargeToSign() : sign(signing);
            byte[] first = joined(signature.fields(), head, 0);
            boolean utf8 = hasUtf8Header(start, header);
            var content = MessageContent.opening(
                    () -> new SequenceInputStream(new ByteArrayInputStream(first), openFrom(mail, replaced)),
                    first.length + mail.bytes() - replaced,
                    scan.isEightBit(),
                    utf8);
            return new ReadyContent(content, signature.result(), null);
        }
    }

    private ReadyContent readSmall(QueuedMail mail) throws IOException, SigningException {
        MailBytes message = mail.takeFromMemory();
        if (message == null) {
            message = readWhole(mail);
        }
        byte[] bytes = message.array();
        var scan = new ContentScan();
        scan.add(bytes, message.length());
        if (scan.hasStrayLineEnds()) {
            return read(LineEndRepair.of(mail, scan));
        }
        HeaderOutline header = HeaderOutline.of(bytes, message.length());
        byte[] head = head(bytes, header);
        MessageSigning signing = signer.begin(request.envelope(), head, mail.received());
        if (signing != null) {
            signing.body(bytes, header.bodyFrom(bytes, message.length()), message.length());
        }
        Signature signature = sign(signing);
        return inMemory(joined(signature.fields(), head, 0), message, header, scan, signature.result());
    }

    private static MailBytes readWhole(QueuedMail mail) throws IOException {
        MailBytes message = mail.room();
        try (InputStream in = mail.open()) {
            return new MailBytes(message.array(), in.readNBytes(message.array(), 0, message.length()));
        }
    }

    /** Reads the header and more, or the whole message if it is shorter. */
    private static byte[] readStart(InputStream in) throws IOException {
        var start = new byte[USUAL_HEADER];
        int read = in.readNBytes(start, 0, start.length);
        return read == start.length ? start : Arrays.copyOf(start, read);
    }

    private boolean hasUtf8Header(byte[] message, HeaderOutline header) {
        return request.envelope().mail().has(Parameter.SMTPUTF8) && !Ascii.isSevenBit(message, 0, header.end());
    }

    /** A whole message, with these bytes in place of its header. */
    private ReadyContent inMemory(
            byte[] first, MailBytes message, HeaderOutline header, ContentScan scan, DkimResult dkim) {
        int from = header.end();
        boolean isReadyForData = scan.isReadyForData() && isReadyForData(first);
        var content = new MessageContent(
                inMemory(first, message, from),
                first.length + message.length() - from,
                scan.isEightBit(),
                hasUtf8Header(message.array(), header));
        return new ReadyContent(isReadyForData ? content.readyForData() : content, dkim, message);
    }

    private static boolean isReadyForData(byte[] fields) {
        var scan = new ContentScan();
        scan.add(fields, fields.length);
        return scan.isReadyForData();
    }

    private static MessageContent.Source inMemory(byte[] first, MailBytes message, int from) {
        byte[] bytes = message.array();
        int length = message.length() - from;
        if (length <= MAX_JOINED) {
            byte[] whole = joined(first, bytes, from, message.length());
            return channel -> BytesProducer.of(whole);
        }
        return channel ->
                CompositeProducer.of(BytesProducer.of(first), BytesProducer.of(ByteBuffer.wrap(bytes, from, length)));
    }

    /** Whether the header goes on after its start. */
    private static boolean isCut(HeaderOutline header, byte[] start, QueuedMail mail) {
        return start.length < mail.bytes() && !hasLineEnd(start, header.end());
    }

    /** Otherwise the line at {@code from}, which may be one of the header, is not complete. */
    private static boolean hasLineEnd(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    /** Reads the rest of the message piece by piece. */
    private static void scan(
            byte[] start, int bodyFrom, InputStream in, long rest, ContentScan scan, @Nullable MessageSigning signing)
            throws IOException {
        scan.add(start, start.length);
        if (signing != null) {
            signing.body(start, bodyFrom, start.length);
        }
        var piece = new byte[(int) Math.max(1, Math.min(rest, PIECE))];
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            scan.add(piece, read);
            if (signing != null) {
                signing.body(piece, 0, read);
            }
        }
    }

    private ReadyContent readSevenBit(QueuedMail mail)
            throws IOException, SigningException, SevenBitConversion.NotConvertibleException {
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
        HeaderOutline header = HeaderOutline.of(original);
        byte[] whole = joined(head(original, header), original, header.end());
        byte[] converted = SevenBitConversion.convert(new ByteArrayInputStream(whole));
        Signature signature = sign(converted);
        byte[] signed = joined(signature.fields(), converted, 0);
        return new ReadyContent(MessageContent.of(signed), signature.result(), null);
    }

    // ---- signatures

    /** The fields that go before the message, which may be none. */
    @SuppressWarnings("ArrayRecordComponent") // used at once and never compared
    private record Signature(byte[] fields, DkimResult result) {
        static Signature none(DkimResult result) {
            return new Signature(new byte[0], result);
        }
    }

    private Signature sign(byte[] message) throws SigningException {
        HeaderOutline header = HeaderOutline.of(message);
        MessageSigning signing = signer.begin(
                request.envelope(),
                Arrays.copyOf(message, header.end()),
                request.mail().received());
        if (signing != null) {
            signing.body(message, header.bodyFrom(message, message.length), message.length);
        }
        return sign(signing);
    }

    private Signature sign(@Nullable MessageSigning signing) throws SigningException {
        if (signing == null) {
            return Signature.none(DkimResult.NONE);
        }
        try {
            return new Signature(signing.finish(), DkimResult.SIGNED);
        } catch (SigningException e) {
            return unsigned(e);
        }
    }

    private Signature tooLargeToSign() throws SigningException {
        return unsigned(SigningException.ofMessage("its header is larger than 1 MiB"));
    }

    private Signature unsigned(SigningException cause) throws SigningException {
        if (signer.failure() == DkimSigner.OnFailure.DEFER) {
            throw cause;
        }
        LOG.error("id={} is sent without a signature: {}", request.id(), cause.getMessage());
        return Signature.none(DkimResult.FAILED);
    }

    // ---- bytes

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
        return joined(head, message, from, message.length);
    }

    private static byte[] joined(byte[] head, byte[] message, int from, int to) {
        byte[] whole = Arrays.copyOf(head, head.length + to - from);
        System.arraycopy(message, from, whole, head.length, to - from);
        return whole;
    }

    /** The header as it is sent. */
    private byte[] head(byte[] message, HeaderOutline header) {
        var head = new ByteArrayOutputStream(header.end() + 512);
        head.writeBytes(added(header));
        head.writeBytes(rewriting.header(Arrays.copyOf(message, header.end())));
        if (!header.isPresent()) {
            head.writeBytes(CRLF); // otherwise the first line of the text would become a part of the header
        }
        return head.toByteArray();
    }

    private byte[] added(HeaderOutline header) {
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
}
