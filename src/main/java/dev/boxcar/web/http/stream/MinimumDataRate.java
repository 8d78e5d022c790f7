// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http.stream;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps slow clients from holding threads. After a request or response has waited for its client for
 * {@value #GRACE_SECONDS} seconds in all, the client must have moved at least {@value #MIN_BYTES_PER_SECOND} bytes per
 * second of waiting; otherwise reading or writing fails with an IOException. Time that the server itself takes does not
 * count. Confined to one thread.
 */
public final class MinimumDataRate {
    static final long GRACE_SECONDS = 20;
    static final long MIN_BYTES_PER_SECOND = 512;

    private final LongSupplier nanoClock;
    private long waitedNanos;
    private long bytes;

    public MinimumDataRate(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    private void moved(long count, long startNanos) throws IOException {
        bytes += Math.max(0, count);
        waitedNanos += nanoClock.getAsLong() - startNanos;
        long seconds = TimeUnit.NANOSECONDS.toSeconds(waitedNanos);
        if (seconds >= GRACE_SECONDS && bytes < seconds * MIN_BYTES_PER_SECOND) {
            throw new IOException("the client is too slow: " + bytes + " bytes in " + seconds + " s");
        }
    }

    /** Enforces the rate on what the client sends. */
    public InputStream of(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                long start = nanoClock.getAsLong();
                int b = super.read();
                moved(b < 0 ? 0 : 1, start);
                return b;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                long start = nanoClock.getAsLong();
                int count = super.read(target, offset, length);
                moved(count, start);
                return count;
            }
        };
    }

    /** Enforces the rate on what the client receives. */
    public OutputStream of(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int b) throws IOException {
                long start = nanoClock.getAsLong();
                out.write(b);
                moved(1, start);
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                long start = nanoClock.getAsLong();
                out.write(source, offset, length);
                moved(length, start);
            }
        };
    }
}
