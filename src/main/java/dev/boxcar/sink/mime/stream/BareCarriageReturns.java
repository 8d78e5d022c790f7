// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.stream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Makes each CR without an LF a complete line end, for text whose lines end in CR alone. Confined to one thread. */
public final class BareCarriageReturns extends FilterInputStream {
    private static final int NOTHING = -2;

    private int next = NOTHING;
    private boolean lineFeedPending;

    /** Reads {@code source}, which should be buffered. */
    public BareCarriageReturns(InputStream source) {
        super(source);
    }

    /** Whether the first line ends in CR alone. */
    public static boolean isUsedIn(byte[] begin) {
        for (int i = 0; i + 1 < begin.length; i++) {
            if (begin[i] == '\n') {
                return false;
            }
            if (begin[i] == '\r') {
                return begin[i + 1] != '\n';
            }
        }
        return false;
    }

    @Override
    public int read() throws IOException {
        if (lineFeedPending) {
            lineFeedPending = false;
            return '\n';
        }
        int b = next == NOTHING ? super.read() : next;
        next = NOTHING;
        if (b == '\r') {
            next = super.read();
            lineFeedPending = next != '\n';
        }
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = 0;
        while (count < length) {
            int b = read();
            if (b < 0) {
                next = b;
                return count == 0 && length > 0 ? -1 : count;
            }
            target[offset + count++] = (byte) b;
        }
        return count;
    }
}
