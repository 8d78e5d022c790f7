// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The records of one channel on their way out: written at once, or kept as far as the system did not take them.
 * Confined to the loop thread.
 */
final class TlsRecords {
    /** A peer that asks for answers, such as key updates, and takes none is given up here. */
    private static final int MOST_UNSENT = 256 * 1024;

    private final Transport inner;
    private @Nullable ByteBuffer unsent;
    private boolean finished;
    private boolean shut;

    TlsRecords(Transport inner) {
        this.inner = inner;
    }

    boolean areWaiting() {
        return unsent != null;
    }

    int bytesWaiting() {
        return unsent == null ? 0 : unsent.remaining();
    }

    /** Whether none will follow. */
    boolean areFinished() {
        return finished;
    }

    /** Writes the records in {@code out} and keeps what is not taken; {@code out} is empty afterwards. */
    void passOn(ByteBuffer out) throws IOException {
        out.flip();
        if (unsent == null && out.hasRemaining()) {
            inner.write(new ByteBuffer[] {out}, 1);
        }
        if (out.hasRemaining()) {
            keep(out);
        }
        out.clear();
    }

    private void keep(ByteBuffer out) throws IOException {
        ByteBuffer before = unsent == null ? ByteBuffer.allocate(0) : unsent;
        if (before.remaining() > MOST_UNSENT) {
            throw new SSLException("the peer asks for answers and takes none");
        }
        unsent = ByteBuffer.allocate(before.remaining() + out.remaining())
                .put(before)
                .put(out)
                .flip();
    }

    /** Writes what was not taken before; whether all of it is gone. */
    boolean flush() throws IOException {
        if (unsent != null) {
            inner.write(new ByteBuffer[] {unsent}, 1);
            if (unsent.hasRemaining()) {
                return false;
            }
            unsent = null;
        }
        if (finished && !shut) {
            shut = true;
            inner.shutdownOutput();
        }
        return true;
    }

    /** Tells the peer of the end when all of them are gone. */
    void finish() throws IOException {
        finished = true;
        flush();
    }
}
