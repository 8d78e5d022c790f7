// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps slow clients from holding threads: once a request or an answer has waited {@value #GRACE_SECONDS} s for its
 * client in all, the client must have moved {@value #LEAST_BYTES_A_SECOND} bytes for each of these seconds, or it is
 * given up with an IOException. What this side takes does not count. Confined to one thread.
 */
final class MinimumDataRate {
    static final long GRACE_SECONDS = 20;
    static final long LEAST_BYTES_A_SECOND = 512;

    private final LongSupplier nanoClock;
    private long waitedNanos;
    private long bytes;

    MinimumDataRate(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    private void moved(long count, long since) throws IOException {
        bytes += Math.max(0, count);
        waitedNanos += nanoClock.getAsLong() - since;
        long seconds = TimeUnit.NANOSECONDS.toSeconds(waitedNanos);
        if (seconds >= GRACE_SECONDS && bytes < seconds * LEAST_BYTES_A_SECOND) {
            throw new IOException("the client is too slow: " + bytes + " octets in " + seconds + " s");
        }
    }

    /** What the client sends. */
    InputStream of(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                long since = nanoClock.getAsLong();
                int b = super.read();
                moved(b < 0 ? 0 : 1, since);
                return b;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                long since = nanoClock.getAsLong();
                int count = super.read(into, from, length);
                moved(count, since);
                return count;
            }
        };
    }

    /** What the client takes. */
    OutputStream of(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int b) throws IOException {
                long since = nanoClock.getAsLong();
                out.write(b);
                moved(1, since);
            }

            @Override
            public void write(byte[] source, int from, int length) throws IOException {
                long since = nanoClock.getAsLong();
                out.write(source, from, length);
                moved(length, since);
            }
        };
    }
}
