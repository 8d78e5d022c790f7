// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.Ascii;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.EncoderUtil;
import org.apache.james.mime4j.codec.QuotedPrintableOutputStream;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.ByteSequence;

/**
 * Converts a message with bytes above 127 for a server without 8BITMIME (RFC 6152 §3): a text part becomes
 * quoted-printable, any other part base64. Parts that need no conversion stay as they are, and so does the structure.
 * Signed and encrypted parts are never converted, because that would break them (RFC 1847 §2.1).
 *
 * <p>Used by one thread, once.
 */
final class SevenBitConversion {
    /** A parser of parts in parts costs stack and time for each level. */
    private static final int MAX_DEPTH = 100;

    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(76, new byte[] {'\r', '\n'});
    /** Fields whose value is free text, in which encoded words may stand (RFC 2047 §5). */
    private static final Set<String> UNSTRUCTURED = Set.of("subject", "comments", "content-description");

    /** A message that cannot be converted; the text is for people. */
    static final class NotConvertibleException extends Exception {
        private static final long serialVersionUID = 1;

        NotConvertibleException(String reason) {
            super(reason);
        }
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Deque<String> boundaries = new ArrayDeque<>();
    private List<byte[]> header = new ArrayList<>();
    private boolean headerIsPending;
    /** In how many multiparts and messages the current part is. */
    private int depth;
    /** Whether the header being read is that of the whole message. */
    private boolean isTop = true;
    /** Whether the next delimiter follows an empty line, and so needs no line end before it. */
    private boolean atLineStart;

    private SevenBitConversion() {}

    /**
     * The converted message.
     *
     * @throws NotConvertibleException if it is signed or encrypted, or has such bytes where they cannot be encoded
     */
    static byte[] convert(InputStream message) throws IOException, NotConvertibleException {
        MimeConfig config = MimeConfig.custom()
                .setMaxLineLen(-1)
                .setMaxHeaderLen(-1)
                .setMaxHeaderCount(-1)
                .setMaxContentLen(-1)
                .build();
        var tokens = new MimeTokenStream(config);
        tokens.setRecursionMode(RecursionMode.M_RECURSE);
        var conversion = new SevenBitConversion();
        try {
            tokens.parse(message);
            for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                conversion.take(state, tokens);
            }
        } catch (MimeException e) {
            throw new NotConvertibleException("its structure cannot be read");
        }
        return conversion.finish();
    }

    private void take(EntityState state, MimeTokenStream tokens) throws IOException, NotConvertibleException {
        switch (state) {
            case T_START_MESSAGE -> {
                enter();
                if (headerIsPending) {
                    writeHeader("7bit");
                }
            }
            case T_START_HEADER -> {
                header = new ArrayList<>();
                headerIsPending = true;
            }
            case T_FIELD -> {
                ByteSequence raw = tokens.getField().getRaw();
                header.add(withoutLineEnd(raw == null ? new byte[0] : raw.toByteArray()));
            }
            case T_BODY -> body(tokens.getInputStream().readAllBytes(), tokens.getBodyDescriptor());
            case T_START_MULTIPART -> startMultipart(tokens.getBodyDescriptor());
            case T_PREAMBLE -> {
                byte[] preamble = tokens.getInputStream().readAllBytes();
                writeAscii(preamble);
                atLineStart = preamble.length == 0;
            }
            case T_START_BODYPART -> {
                delimiter("--" + boundaries.element() + "\r\n");
            }
            case T_EPILOGUE -> {
                delimiter("--" + boundaries.element() + "--");
                byte[] epilogue = tokens.getInputStream().readAllBytes();
                if (epilogue.length > 0) {
                    write("\r\n");
                    writeAscii(epilogue);
                }
                boundaries.push(""); // closed
            }
            case T_END_MULTIPART -> {
                depth--;
                if (boundaries.element().isEmpty()) {
                    boundaries.pop();
                } else {
                    delimiter("--" + boundaries.element() + "--");
                }
                boundaries.pop();
            }
            case T_END_MESSAGE -> depth--;
            case T_END_HEADER, T_END_BODYPART, T_RAW_ENTITY, T_END_OF_STREAM -> {}
        }
    }

    private byte[] finish() {
        byte[] written = out.toByteArray();
        int length = written.length;
        if (length < 2 || written[length - 2] != '\r' || written[length - 1] != '\n') {
            write("\r\n");
        }
        return out.toByteArray();
    }

    private void enter() throws NotConvertibleException {
        depth++;
        if (depth > MAX_DEPTH) {
            throw new NotConvertibleException("it has parts in parts, more than " + MAX_DEPTH + " deep");
        }
    }

    private void startMultipart(BodyDescriptor descriptor) throws NotConvertibleException {
        String subType = descriptor.getSubType().toLowerCase(Locale.ROOT);
        if (subType.equals("signed") || subType.equals("encrypted")) {
            throw new NotConvertibleException("it is " + subType);
        }
        enter();
        writeHeader("7bit");
        boundaries.push(descriptor.getBoundary());
        atLineStart = true;
    }

    private void body(byte[] bytes, BodyDescriptor descriptor) throws IOException, NotConvertibleException {
        boolean text = descriptor.getMediaType().equalsIgnoreCase("text");
        if (Ascii.isSevenBit(bytes, 0, bytes.length)) {
            writeHeader("7bit");
            out.writeBytes(bytes);
        } else if (text) {
            labelTop(bytes);
            writeHeader("quoted-printable");
            var encoded = new QuotedPrintableOutputStream(out, false);
            encoded.write(bytes);
            encoded.close();
        } else {
            writeHeader("base64");
            out.writeBytes(BASE64.encode(bytes));
        }
        atLineStart = false;
    }

    /** Text without any MIME field has no charset, and an encoding counts only with MIME-Version (RFC 2045 §4). */
    private void labelTop(byte[] bytes) {
        boolean labelled = header.stream().anyMatch(field -> name(field).equals("mime-version"));
        if (isTop && !labelled) {
            header.add("MIME-Version: 1.0".getBytes(US_ASCII));
            if (header.stream().noneMatch(field -> name(field).equals("content-type"))) {
                String charset = isUtf8(bytes) ? "utf-8" : "unknown-8bit";
                header.add(("Content-Type: text/plain; charset=" + charset).getBytes(US_ASCII));
            }
        }
    }

    /** Writes the fields; an encoding of 8bit or binary is replaced, and so is every encoding by another one. */
    private void writeHeader(String encoding) throws NotConvertibleException {
        headerIsPending = false;
        isTop = false;
        boolean replaced = false;
        for (byte[] field : header) {
            if (name(field).equals("content-transfer-encoding")) {
                String value = new String(field, ISO_8859_1).toLowerCase(Locale.ROOT);
                boolean raw = value.contains("8bit") || value.contains("binary");
                if (raw || !encoding.equals("7bit")) {
                    field = ("Content-Transfer-Encoding: " + encoding).getBytes(US_ASCII);
                }
                replaced = true;
            }
            out.writeBytes(Ascii.isSevenBit(field, 0, field.length) ? field : encoded(field));
            write("\r\n");
        }
        if (!replaced && !encoding.equals("7bit")) {
            write("Content-Transfer-Encoding: " + encoding + "\r\n");
        }
        write("\r\n");
    }

    private static byte[] encoded(byte[] field) throws NotConvertibleException {
        String name = name(field);
        if (!UNSTRUCTURED.contains(name) && !name.startsWith("x-")) {
            throw new NotConvertibleException("its header has bytes above 127 in the field " + name);
        }
        String text = isUtf8(field) ? new String(field, UTF_8) : new String(field, ISO_8859_1);
        int colon = text.indexOf(':');
        String value = text.substring(colon + 1).replaceAll("\r?\n[ \t]+", " ").strip();
        String words = EncoderUtil.encodeIfNecessary(value, EncoderUtil.Usage.TEXT_TOKEN, colon + 2);
        return (text.substring(0, colon) + ": " + words).getBytes(US_ASCII);
    }

    private static String name(byte[] field) {
        String text = new String(field, ISO_8859_1);
        int colon = text.indexOf(':');
        return colon < 0 ? "" : text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    }

    private void delimiter(String line) {
        if (!atLineStart) {
            write("\r\n");
        }
        write(line);
        atLineStart = false;
    }

    private void write(String ascii) {
        out.writeBytes(ascii.getBytes(US_ASCII));
    }

    /** Text outside of all parts: nobody sees it, so other bytes become question marks. */
    private void writeAscii(byte[] bytes) {
        for (byte b : bytes) {
            out.write(b < 0 ? '?' : b);
        }
    }

    private static byte[] withoutLineEnd(byte[] field) {
        int end = field.length;
        while (end > 0 && (field[end - 1] == '\r' || field[end - 1] == '\n')) {
            end--;
        }
        return Arrays.copyOf(field, end);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
