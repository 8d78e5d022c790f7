// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the free room on the disk. Looked at by the writer's thread, at most once a second and only when it is awake, or when room was short;
 * {@link #isLow} is for any thread.
 */
final class FreeSpace {
    static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(FreeSpace.class);

    private final Disk disk;
    private final Path directory;
    private final long reserveOctets;
    private long checkedNanos;
    private volatile boolean low;

    FreeSpace(Disk disk, Path directory, long reserveOctets, long nowNanos) {
        this.disk = disk;
        this.directory = directory;
        this.reserveOctets = reserveOctets;
        check(nowNanos);
    }

    boolean isLow() {
        return low;
    }

    /** How much is free now; the writer's thread asks. */
    long freeOctets() {
        return disk.freeOctets(directory);
    }

    /** A write found no room: so it is until the next look. */
    void exhausted(long nowNanos) {
        if (!low) {
            LOG.warn("event=disk-full directory={} answer=452", directory);
        }
        low = true;
        checkedNanos = nowNanos;
    }

    /** Looks again if the last look is a second old. */
    void tick(long nowNanos) {
        if (nowNanos - checkedNanos >= INTERVAL_NANOS) {
            check(nowNanos);
        }
    }

    private void check(long nowNanos) {
        checkedNanos = nowNanos;
        boolean before = low;
        low = disk.freeOctets(directory) < reserveOctets;
        if (low && !before) {
            LOG.warn("event=disk-low directory={} reserve={} answer=452", directory, reserveOctets);
        } else if (before && !low) {
            LOG.info("event=disk-room directory={}", directory);
        }
    }
}
