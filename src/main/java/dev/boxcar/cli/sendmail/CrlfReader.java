// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines that end in LF or CRLF, and ends each in CRLF; adds the end of the last line if it is missing. A long
 * line comes in several pieces, so that memory is bounded. One thread.
 */
final class CrlfReader {
    private static final int BUFFER = 65_536;
    private static final int END = -1;

    private final PushbackInputStream in;
    private final byte[] piece = new byte[BUFFER + 2];
    private boolean isAtLineStart = true;
    private boolean nextIsLineStart = true;

    CrlfReader(InputStream in) {
        this.in = new PushbackInputStream(new BufferedInputStream(in, BUFFER), 1);
    }

    /** The next piece of at most 64 KiB and a line end; null at the end. */
    byte @Nullable [] next() throws IOException {
        isAtLineStart = nextIsLineStart;
        int length = 0;
        int b = in.read();
        while (b != END && b != '\n' && length < BUFFER) {
            piece[length++] = (byte) b;
            b = in.read();
        }
        if (b == END && length == 0 && isAtLineStart) {
            return null;
        }
        boolean isLineEnd = b == '\n' || b == END;
        boolean endsInCr = length > 0 && piece[length - 1] == '\r';
        if (!isLineEnd) {
            in.unread(b);
        }
        if (endsInCr && isLineEnd) {
            length--; // the line ended in CRLF already
        }
        if (isLineEnd) {
            piece[length++] = '\r';
            piece[length++] = '\n';
        }
        nextIsLineStart = isLineEnd;
        return Arrays.copyOf(piece, length);
    }

    /** Whether the piece that {@link #next} returned last begins a line. */
    boolean isAtLineStart() {
        return isAtLineStart;
    }
}
