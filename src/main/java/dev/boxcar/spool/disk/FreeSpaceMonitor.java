// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the free disk space. The writing threads check it at most once a second, and only when they are awake anyway
 * or space was low. Any thread reads the last result without waiting.
 */
public final class FreeSpaceMonitor {
    /** Time between two checks. */
    public static final long INTERVAL_NANOS = 1_000_000_000L;

    /** How old the last check may be before a question about room asks for another one. */
    private static final long MAX_AGE_NANOS = 5 * INTERVAL_NANOS;

    private static final Logger LOG = LoggerFactory.getLogger(FreeSpaceMonitor.class);

    private final Disk disk;
    private final Path directory;
    private final long reserveBytes;
    private final AtomicLong requestedNanos;
    private volatile long checkedNanos;
    private volatile long freeBytes;
    private volatile boolean low;

    public FreeSpaceMonitor(Disk disk, Path directory, long reserveBytes, long nowNanos) {
        this.disk = disk;
        this.directory = directory;
        this.reserveBytes = reserveBytes;
        this.requestedNanos = new AtomicLong(nowNanos);
        check(nowNanos);
    }

    /** Whether less than the reserve was free at the last check, or a write has found the disk full since. */
    public boolean isLow() {
        return low;
    }

    /** Whether {@code bytes} could be written without using the reserve, according to the last check. */
    public boolean hasRoomFor(long bytes) {
        return bytes <= freeBytes - reserveBytes;
    }

    /** The free space now. Asks the file system, so only the writing threads call it. */
    public long currentFreeBytes() {
        return disk.freeBytes(directory);
    }

    /** Notes that a write found the disk full. Space counts as low until the next check. */
    public synchronized void exhausted(long nowNanos) {
        if (!low) {
            LOG.warn("event=disk-full directory={} answer=452", directory);
        }
        low = true;
        checkedNanos = nowNanos;
    }

    /** Checks again if the last check is a second old; returns true if this check finds that space has become low. */
    public synchronized boolean tick(long nowNanos) {
        boolean wasLow = low;
        if (nowNanos - checkedNanos >= INTERVAL_NANOS) {
            check(nowNanos);
        }
        return low && !wasLow;
    }

    /**
     * Whether the writer should check again, because a message is being refused or nothing was written for a while.
     * Other programs fill the disk, too. True at most once a second.
     */
    public boolean requestCheck(boolean isRefused, long nowNanos) {
        long last = requestedNanos.get();
        return (isRefused || nowNanos - checkedNanos >= MAX_AGE_NANOS)
                && nowNanos - last >= INTERVAL_NANOS
                && requestedNanos.compareAndSet(last, nowNanos);
    }

    private synchronized void check(long nowNanos) {
        checkedNanos = nowNanos;
        boolean wasLow = low;
        freeBytes = disk.freeBytes(directory);
        low = freeBytes < reserveBytes;
        if (low && !wasLow) {
            LOG.warn("event=disk-low directory={} reserve={} answer=452", directory, reserveBytes);
        } else if (wasLow && !low) {
            LOG.info("event=disk-room directory={}", directory);
        }
    }
}
