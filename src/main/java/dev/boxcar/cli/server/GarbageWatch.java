// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Collects garbage before the heap has grown much. The serial collector, which the launcher chooses for its small
 * footprint, looks at old objects only when the heap has reached its limit, a quarter of the machine's memory. Until
 * then, a relay under load grows: with messages of 64 KiB to 3.9 GiB, of which 20 MiB were in use. Other collectors do
 * this themselves.
 *
 * <p>Promise: the heap has no more garbage than objects that were in use in the last minute, but up to 64 MiB in any
 * case; after ten quiet seconds it has little. A collection stops all threads for 15 to 40 ms, and 0.1 s with 100,000
 * queued messages.
 */
public final class GarbageWatch {
    /** The system property by which the launcher says which collector it chose. */
    private static final String COLLECTOR = "boxcar.collector";

    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final long MIB = 1024 * 1024;
    private static final long MAX_GARBAGE_BYTES = 64 * MIB;
    /** A quiet process is collected if it has allocated more than this since the last collection. */
    private static final long IDLE_ALLOCATION_BYTES = 16 * MIB;
    /**
     * What was in use at the last collection may be garbage by now: this part of it is taken for garbage each second.
     */
    private static final int KEPT_PART_PER_SECOND = 64;

    /** A second in which less than this was allocated is quiet. */
    private static final long QUIET_BYTES = MIB / 2;

    private static final int QUIET_SECONDS = 10;

    private final LongSupplier usedBytes;
    private final Runnable collector;
    /** What was in use after the last collection, and may still be. */
    private long keptBytes;

    /** What was allocated since then, as far as it is known. */
    private long allocatedBytes;

    private long lastUsedBytes;
    private int quietSeconds;

    /** Watches a heap; {@code usedBytes} tells how much of it objects and garbage take now. */
    GarbageWatch(LongSupplier usedBytes, Runnable collector) {
        this.usedBytes = usedBytes;
        this.collector = collector;
        this.keptBytes = usedBytes.getAsLong();
        this.lastUsedBytes = keptBytes;
    }

    /** Starts a thread that checks the heap each second, if the collector needs it. */
    public static void startIfNeeded() {
        if ("serial".equals(System.getProperty(COLLECTOR))) {
            Runtime heap = Runtime.getRuntime();
            var watch = new GarbageWatch(() -> heap.totalMemory() - heap.freeMemory(), System::gc);
            var thread = new Thread(watch::run, "boxcar-garbage");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run() {
        while (true) {
            LockSupport.parkNanos(this, INTERVAL_NANOS);
            check();
        }
    }

    /** Called once per second. */
    void check() {
        long used = usedBytes.getAsLong();
        keptBytes = Math.min(keptBytes - keptBytes / KEPT_PART_PER_SECOND, used);
        long garbage = used - keptBytes; // or new objects: the next collection tells
        long grown = used - lastUsedBytes;
        allocatedBytes += Math.max(0, grown);
        quietSeconds = grown < QUIET_BYTES ? quietSeconds + 1 : 0;
        lastUsedBytes = used;
        boolean isIdle = quietSeconds >= QUIET_SECONDS && allocatedBytes > IDLE_ALLOCATION_BYTES;
        if (isIdle || garbage > Math.max(MAX_GARBAGE_BYTES, keptBytes)) {
            collector.run();
            keptBytes = usedBytes.getAsLong();
            lastUsedBytes = keptBytes;
            allocatedBytes = 0;
        }
    }
}
