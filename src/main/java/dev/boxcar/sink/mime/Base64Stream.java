// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The decoded bytes of a body in base64 (RFC 2045 §6.8), however it is written (see {@link Base64Decoder}). The base64
 * ends after padding, an empty line or a line of other characters, unless the next line with text is complete base64.
 * Text after the end is ignored: it is a footer that a mailing list has appended. Confined to one thread.
 */
final class Base64Stream extends InputStream {
    private static final int CHUNK_BYTES = 8192;

    private final InputStream encoded;
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

    /**
     * A stream that decodes {@code encoded}.
     *
     * @param onIgnoredText is called if there is text after the base64
     */
    Base64Stream(InputStream encoded, Runnable onIgnoredText) {
        this.encoded = encoded;
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
                return -1;
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
            byte b = chunk[chunkAt++];
            if (b == '\n' || lineLength == CHUNK_BYTES) {
                takeLine();
            }
            if (b != '\n') {
                addToLine(b);
            }
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
            onIgnoredText.run();
        } else {
            for (int i = 0; i < lineLength; i++) {
                decoder.add(line[i]);
            }
            begun |= digits > 0;
            mayHaveEnded = begun && (padding > 0 || digits == 0);
        }
        lineLength = 0;
    }
}
