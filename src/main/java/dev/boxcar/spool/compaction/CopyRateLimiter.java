// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import dev.boxcar.spool.disk.FreeSpaceMonitor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Limits the rate of copying, so that it does not use the whole bandwidth of the disk. While free space is low there is
 * no limit. Confined to the compaction thread.
 */
final class CopyRateLimiter {
    private static final long BYTES_PER_SECOND = 64L * 1024 * 1024;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final FreeSpaceMonitor space;
    private final BooleanSupplier stopped;
    private final long startNanos = System.nanoTime();
    private long bytes;

    CopyRateLimiter(FreeSpaceMonitor space, BooleanSupplier stopped) {
        this.space = space;
        this.stopped = stopped;
    }

    /** Waits until copying {@code count} more bytes is within the limit. Returns false if copying is to stop. */
    boolean awaitAfterCopying(long count) {
        bytes += count;
        while (!stopped.getAsBoolean() && !space.isLow()) {
            long waitNanos = bytes * SECOND_NANOS / BYTES_PER_SECOND - (System.nanoTime() - startNanos);
            if (waitNanos <= 0) {
                break;
            }
            LockSupport.parkNanos(this, waitNanos);
        }
        return !stopped.getAsBoolean();
    }
}
