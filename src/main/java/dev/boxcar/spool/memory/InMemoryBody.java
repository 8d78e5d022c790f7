// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.spool.body.SlabBody;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bytes of a large message in a {@link MemorySpool}. They stay in the slabs that they were received in, so they are
 * not copied and need no new memory. When the message is removed, the slabs go back to their pool; if a thread still
 * reads them, they are left to the garbage collector instead. Any thread.
 */
final class InMemoryBody {
    private static final int REMOVED = -1;

    private final SlabBody body;
    private final long length;
    private final AtomicInteger readers = new AtomicInteger();

    /** Takes over the slabs. */
    InMemoryBody(SlabBody body) {
        this.body = body;
        this.length = body.length();
        body.keep();
    }

    long length() {
        return length;
    }

    /** @throws IOException if the message was removed */
    InputStream open(long from, long count) throws IOException {
        if (readers.getAndUpdate(now -> now == REMOVED ? now : now + 1) == REMOVED) {
            throw new IOException("the message was removed to make room for others");
        }
        return new CountedStream(body.open(from, count), readers);
    }

    /** Called once, when the message is removed. */
    void remove() {
        if (readers.compareAndSet(0, REMOVED)) {
            body.giveKeptBack();
        }
    }

    /** Counts as a reader until it is closed. */
    private static final class CountedStream extends FilterInputStream {
        private final AtomicInteger readers;
        private final AtomicBoolean closed = new AtomicBoolean();

        CountedStream(InputStream bytes, AtomicInteger readers) {
            super(bytes);
            this.readers = readers;
        }

        @Override
        public int read() throws IOException {
            requireOpen();
            return super.read();
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            requireOpen();
            return super.read(target, from, length);
        }

        private void requireOpen() throws IOException {
            if (closed.get()) {
                throw new IOException("closed");
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed.getAndSet(true)) {
                super.close();
                readers.decrementAndGet();
            }
        }
    }
}
