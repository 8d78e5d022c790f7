// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import dev.boxcar.async.channel.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Writes the records of one channel and keeps those that the system does not take yet. Confined to the loop thread. */
final class TlsRecordWriter {
    /**
     * Maximum unsent bytes. A peer that requests answers, such as key updates, but reads none reaches this limit, and
     * its connection fails.
     */
    private static final int MAX_UNSENT_BYTES = 256 * 1024;

    private final Transport inner;
    private @Nullable ByteBuffer unsent;
    private boolean finished;
    private boolean outputShutDown;

    TlsRecordWriter(Transport inner) {
        this.inner = inner;
    }

    boolean hasUnsent() {
        return unsent != null;
    }

    int bytesUnsent() {
        return unsent == null ? 0 : unsent.remaining();
    }

    /** Whether {@link #finish} was called. */
    boolean isFinished() {
        return finished;
    }

    /** Writes the records in {@code out} and keeps the rest; {@code out} is empty afterwards. */
    void write(ByteBuffer out) throws IOException {
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
        if (before.remaining() > MAX_UNSENT_BYTES) {
            throw new SSLException("the peer asks for answers but does not read them");
        }
        unsent = ByteBuffer.allocate(before.remaining() + out.remaining())
                .put(before)
                .put(out)
                .flip();
    }

    /** Writes the records that the system did not accept before. Returns whether all of them have left. */
    boolean flush() throws IOException {
        if (unsent != null) {
            inner.write(new ByteBuffer[] {unsent}, 1);
            if (unsent.hasRemaining()) {
                return false;
            }
            unsent = null;
        }
        if (finished && !outputShutDown) {
            outputShutDown = true;
            inner.shutdownOutput();
        }
        return true;
    }

    /** Shuts the output down once all records have left. */
    void finish() throws IOException {
        finished = true;
        flush();
    }
}
