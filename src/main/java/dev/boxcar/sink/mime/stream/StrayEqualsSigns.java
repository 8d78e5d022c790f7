// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.stream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Repairs quoted-printable text before it is decoded (RFC 2045 §6.7). An equals sign that begins neither an encoded
 * byte nor a soft line break stands for itself: it is written as {@code =3D}, so that {@code ==41} means {@code =A} and
 * {@code =4G} means {@code =4G}. An equals sign that is the last byte is dropped: it is a soft line break whose line
 * end belongs to the boundary after it (RFC 2046 §5.1.1). Confined to one thread.
 */
public final class StrayEqualsSigns extends FilterInputStream {
    private static final String ENCODED_EQUALS_SIGN = "3D";
    private static final int LOOKAHEAD = 2;

    /** Bytes to return before those of the source, with the last one first. */
    private final int[] pushedBack = new int[ENCODED_EQUALS_SIGN.length() + LOOKAHEAD];

    private int count;

    /** Reads {@code source}, which should be buffered. */
    public StrayEqualsSigns(InputStream source) {
        super(source);
    }

    @Override
    public int read() throws IOException {
        int b = next();
        if (b != '=') {
            return b;
        }
        int first = next();
        if (first < 0) {
            return -1;
        }
        int second = isHexDigit(first) ? next() : -1;
        pushBack(second);
        pushBack(first);
        if (!isHexDigit(second) && !isWhiteSpace(first)) {
            pushBack(ENCODED_EQUALS_SIGN.charAt(1));
            pushBack(ENCODED_EQUALS_SIGN.charAt(0));
        }
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int stored = 0;
        while (stored < length) {
            int b = read();
            if (b < 0) {
                return stored == 0 ? -1 : stored;
            }
            target[offset + stored++] = (byte) b;
        }
        return stored;
    }

    private int next() throws IOException {
        return count > 0 ? pushedBack[--count] : super.read();
    }

    private void pushBack(int b) {
        if (b >= 0) {
            pushedBack[count++] = b;
        }
    }

    private static boolean isHexDigit(int b) {
        return Character.digit(b, 16) >= 0;
    }

    /** Whether this byte may begin a soft line break: white space before a line end is ignored (RFC 2045 §6.7 (3)). */
    private static boolean isWhiteSpace(int b) {
        return b == '\r' || b == '\n' || b == ' ' || b == '\t';
    }
}
