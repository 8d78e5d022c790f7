// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import dev.boxcar.spool.disk.FreeSpaceMonitor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Keeps copying from taking the whole disk: so many bytes a second, unless room is short. Confined to the compaction's
 * thread.
 */
final class CopyRateLimiter {
    private static final long BYTES_PER_SECOND = 64L * 1024 * 1024;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final FreeSpaceMonitor space;
    private final BooleanSupplier stopped;
    private final long beganNanos = System.nanoTime();
    private long bytes;

    CopyRateLimiter(FreeSpaceMonitor space, BooleanSupplier stopped) {
        this.space = space;
        this.stopped = stopped;
    }

    /** So many bytes were copied. Waits as long as that should have taken; false when it is to be given up. */
    boolean copied(long more) {
        bytes += more;
        while (!stopped.getAsBoolean() && !space.isLow()) {
            long ahead = bytes * SECOND_NANOS / BYTES_PER_SECOND - (System.nanoTime() - beganNanos);
            if (ahead <= 0) {
                break;
            }
            LockSupport.parkNanos(this, ahead);
        }
        return !stopped.getAsBoolean();
    }
}
