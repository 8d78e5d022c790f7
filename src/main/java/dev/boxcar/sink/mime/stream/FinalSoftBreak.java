// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.stream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Drops an equals sign that is the last byte of quoted-printable text: a soft line break whose line end belongs to the
 * boundary after it (RFC 2045 §6.7, RFC 2046 §5.1.1). Confined to one thread.
 */
public final class FinalSoftBreak extends FilterInputStream {
    private static final int NOTHING = -2;

    private int next = NOTHING;

    /** Reads {@code source}. */
    public FinalSoftBreak(InputStream source) {
        super(source);
    }

    @Override
    public int read() throws IOException {
        int b = next == NOTHING ? super.read() : next;
        next = NOTHING;
        if (b == '=') {
            next = super.read();
            return next < 0 ? -1 : b;
        }
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int first = read();
        if (first < 0) {
            next = first;
            return -1;
        }
        target[offset] = (byte) first;
        if (length == 1 || next != NOTHING) {
            return 1; // the byte after an equals sign has been read already
        }
        int count = Math.max(0, super.read(target, offset + 1, length - 1)) + 1;
        if (target[offset + count - 1] == '=' && count > 1) {
            next = super.read();
            return next < 0 ? count - 1 : count;
        }
        return count;
    }
}
