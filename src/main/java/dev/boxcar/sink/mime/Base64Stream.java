// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The decoded bytes of a body in base64 (RFC 2045 §6.8), however it is written (see {@link Base64Decoder}). The base64
 * ends after padding, an empty line or a line of other characters, unless the next line with text is complete base64.
 * Text after the end is a footer that a mailing list has appended. Confined to one thread.
 */
final class Base64Stream extends InputStream {
    private static final int CHUNK_BYTES = 8192;
    private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);
    private static final int MAX_LINES_BYTES = 64 * 1024;

    /** What becomes of text after the base64. */
    enum Footer {
        /** It is passed on as it is, in a line of its own. */
        KEPT,
        IGNORED
    }

    private final InputStream encoded;
    private final Footer footer;
    private final Runnable onIgnoredText;
    private final Base64Decoder decoder = new Base64Decoder();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private byte[] line = new byte[128];
    private int lineLength;
    private int chunkAt;
    private int chunkEnd;
    private byte[] decoded = {};
    private int decodedAt;
    private boolean begun;
    private boolean mayHaveEnded;
    private boolean ended;
    /** Lines without base64 since the last base64: the beginning of a footer, unless more base64 follows. */
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    private @Nullable InputStream keptFooter;

    /**
     * A stream that decodes {@code encoded}.
     *
     * @param onIgnoredText is called if there is text after the base64 that is ignored
     */
    Base64Stream(InputStream encoded, Footer footer, Runnable onIgnoredText) {
        this.encoded = encoded;
        this.footer = footer;
        this.onIgnoredText = onIgnoredText;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (decodedAt == decoded.length) {
            if (ended) {
                return keptFooter == null ? -1 : keptFooter.read(target, offset, length);
            }
            decodeSome();
        }
        int count = Math.min(length, decoded.length - decodedAt);
        System.arraycopy(decoded, decodedAt, target, offset, count);
        decodedAt += count;
        return count;
    }

    /** Decodes the lines of a chunk. */
    private void decodeSome() throws IOException {
        if (chunkAt == chunkEnd) {
            chunkEnd = Math.max(0, encoded.read(chunk, 0, chunk.length));
            chunkAt = 0;
            if (chunkEnd == 0) {
                takeLine();
                decoder.finish();
                ended = true;
            }
        }
        while (chunkAt < chunkEnd && !ended) {
            byte b = chunk[chunkAt];
            if (b == '\n' || lineLength == CHUNK_BYTES) {
                takeLine();
            }
            if (ended) {
                break; // the rest of the chunk belongs to the footer
            }
            if (b != '\n') {
                addToLine(b);
            }
            chunkAt++;
        }
        decoded = decoder.take();
        decodedAt = 0;
    }

    private void addToLine(byte b) {
        if (lineLength == line.length) {
            line = Arrays.copyOf(line, lineLength * 2);
        }
        line[lineLength++] = b;
    }

    private void takeLine() {
        int digits = 0;
        int padding = 0;
        int others = 0;
        for (int i = 0; i < lineLength; i++) {
            byte b = line[i];
            if (Base64Decoder.isDigit(b)) {
                digits++;
            } else if (b == '=') {
                padding++;
            } else if (b != ' ' && b != '\t' && b != '\r') {
                others++;
            }
        }
        boolean empty = digits + padding + others == 0;
        boolean complete = others == 0 && digits > 0 && (digits + padding) % 4 == 0;
        if (mayHaveEnded && !empty && !complete) {
            ended = true;
            decoder.finish();
            endInFooter();
        } else {
            for (int i = 0; i < lineLength; i++) {
                decoder.add(line[i]);
            }
            begun |= digits > 0;
            if (digits > 0) {
                lines.reset();
            } else if (begun && footer == Footer.KEPT && lines.size() < MAX_LINES_BYTES) {
                lines.write(line, 0, lineLength);
                lines.write('\n');
            }
            mayHaveEnded = begun && (padding > 0 || digits == 0);
        }
        lineLength = 0;
    }

    private void endInFooter() {
        if (footer == Footer.IGNORED) {
            onIgnoredText.run();
            return;
        }
        var begin = new ByteArrayOutputStream();
        begin.writeBytes(LINE_END);
        begin.writeBytes(lines.toByteArray());
        begin.write(line, 0, lineLength);
        begin.write(chunk, chunkAt, chunkEnd - chunkAt);
        keptFooter = new SequenceInputStream(new ByteArrayInputStream(begin.toByteArray()), encoded);
    }
}
