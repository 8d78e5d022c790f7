// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the free room on the disk. Looked at at most once a second, by the threads that write, only when they are
 * awake or room was short; what was seen last is for any thread, and waits for nobody.
 */
public final class FreeSpaceMonitor {
    public static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(FreeSpaceMonitor.class);

    private final Disk disk;
    private final Path directory;
    private final long reserveBytes;
    private final AtomicLong askedNanos;
    private long checkedNanos;
    private volatile long freeBytes;
    private volatile boolean low;

    public FreeSpaceMonitor(Disk disk, Path directory, long reserveBytes, long nowNanos) {
        this.disk = disk;
        this.directory = directory;
        this.reserveBytes = reserveBytes;
        this.askedNanos = new AtomicLong(nowNanos);
        check(nowNanos);
    }

    public boolean isLow() {
        return low;
    }

    /** Whether so many bytes would leave the reserve alone, as far as was seen last. */
    public boolean has(long bytes) {
        return bytes <= freeBytes - reserveBytes;
    }

    /** How much is free now; who writes asks. */
    public long freeBytes() {
        return disk.freeBytes(directory);
    }

    /** A write found no room: so it is until the next look. */
    public synchronized void exhausted(long nowNanos) {
        if (!low) {
            LOG.warn("event=disk-full directory={} answer=452", directory);
        }
        low = true;
        checkedNanos = nowNanos;
    }

    /** Looks again if the last look is a second old; whether room has become short by that. */
    public synchronized boolean tick(long nowNanos) {
        boolean before = low;
        if (nowNanos - checkedNanos >= INTERVAL_NANOS) {
            check(nowNanos);
        }
        return low && !before;
    }

    /** Whether a message that is refused for what was seen last is a reason to look again: once a second at most. */
    public boolean isWorthALook(long nowNanos) {
        long before = askedNanos.get();
        return nowNanos - before >= INTERVAL_NANOS && askedNanos.compareAndSet(before, nowNanos);
    }

    private synchronized void check(long nowNanos) {
        checkedNanos = nowNanos;
        boolean before = low;
        freeBytes = disk.freeBytes(directory);
        low = freeBytes < reserveBytes;
        if (low && !before) {
            LOG.warn("event=disk-low directory={} reserve={} answer=452", directory, reserveBytes);
        } else if (before && !low) {
            LOG.info("event=disk-room directory={}", directory);
        }
    }
}
