// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule.fairness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When the mail of one destination comes back that went back to the queue because enough waits already: a little faster
 * than the destination takes mail, so that it never runs out, and slowly if it takes none. Confined to the scheduler's
 * loop.
 */
public final class ReturnTimes {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MIN_DELAY = 2 * SECOND;
    private static final long MAX_DELAY = 300 * SECOND;
    private static final long MEASURED = 5 * SECOND;
    private static final double MIN_PER_SECOND = 5;
    private static final double FASTER = 1.5;

    private long lastNanos;
    private long sinceNanos;
    private int taken;
    private double perSecond;
    private long overdue;

    /** Times for a destination that begins now. */
    public ReturnTimes(long nowNanos) {
        this.lastNanos = nowNanos;
        this.sinceNanos = nowNanos;
    }

    /** The destination has answered a message. */
    public void taken() {
        taken++;
    }

    /** After which time the next message comes back. */
    public Duration next(long nowNanos) {
        measure(nowNanos);
        long step = (long) (SECOND / Math.max(MIN_PER_SECOND, perSecond * FASTER));
        long next = Math.max(lastNanos + step, nowNanos + MIN_DELAY);
        if (next - nowNanos > MAX_DELAY) {
            overdue = (overdue + step) % MAX_DELAY; // spread, so that they do not come together
            return Duration.ofNanos(MAX_DELAY + overdue);
        }
        lastNanos = next;
        return Duration.ofNanos(next - nowNanos);
    }

    private void measure(long nowNanos) {
        long elapsed = nowNanos - sinceNanos;
        if (elapsed >= MEASURED) {
            perSecond = (double) taken * SECOND / elapsed;
            taken = 0;
            sinceNanos = nowNanos;
        }
    }
}
