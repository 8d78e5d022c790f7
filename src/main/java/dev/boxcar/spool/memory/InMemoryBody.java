// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.spool.body.SlabBody;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bytes of a large message that a {@link MemorySpool} holds, in the slabs that they came in: they are neither
 * copied nor new memory taken for them. Once forgotten, the slabs go back to their pool, unless somebody still reads
 * them: then the collector takes them. Any thread.
 */
final class InMemoryBody {
    private static final int FORGOTTEN = -1;

    private final SlabBody body;
    private final long length;
    private final AtomicInteger readers = new AtomicInteger();

    /** Takes the slabs over. */
    InMemoryBody(SlabBody body) {
        this.body = body;
        this.length = body.length();
        body.keep();
    }

    long length() {
        return length;
    }

    /** @throws IOException if it was forgotten meanwhile */
    InputStream open(long from, long stretch) throws IOException {
        if (readers.getAndUpdate(now -> now == FORGOTTEN ? now : now + 1) == FORGOTTEN) {
            throw new IOException("the message had to make room for others meanwhile");
        }
        return new Lent(body.open(from, stretch), readers);
    }

    /** To be called once. */
    void forget() {
        if (readers.compareAndSet(0, FORGOTTEN)) {
            body.forget();
        }
    }

    /** Counts as a reader until it is closed. */
    private static final class Lent extends FilterInputStream {
        private final AtomicInteger readers;
        private final AtomicBoolean closed = new AtomicBoolean();

        Lent(InputStream bytes, AtomicInteger readers) {
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
