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
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Duration MIN_DELAY = Duration.ofSeconds(2);
    private static final Duration MAX_DELAY = Duration.ofMinutes(5);
    /** What a destination takes that is not known yet, or was not busy for a while. */
    private static final double EXPECTED_PER_SECOND = 100;

    private static final double MIN_PER_SECOND = 5;
    private static final double FASTER = 1.5;
    private static final long MEASURED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private double perSecond = EXPECTED_PER_SECOND;
    /** How many are away, if the destination goes on like this. */
    private double away;

    private long awayNanos;
    private long sinceNanos;
    private int taken;

    /** Times for a destination that begins now. */
    public ReturnTimes(long nowNanos) {
        this.awayNanos = nowNanos;
        this.sinceNanos = nowNanos;
    }

    /** The destination has answered a message. */
    public void taken() {
        taken++;
    }

    /** After which time the next message comes back. */
    public Duration next(long nowNanos) {
        measure(nowNanos);
        double returning = Math.max(MIN_PER_SECOND, perSecond * FASTER);
        away = Math.max(0, away - (nowNanos - awayNanos) / SECOND * returning) + 1;
        awayNanos = nowNanos;
        var delay = Duration.ofMillis((long) (away / returning * 1_000));
        if (delay.compareTo(MAX_DELAY) > 0) { // spread, so that they do not come together
            return MAX_DELAY.plusMillis(delay.toMillis() % MAX_DELAY.toMillis());
        }
        return delay.compareTo(MIN_DELAY) < 0 ? MIN_DELAY : delay;
    }

    private void measure(long nowNanos) {
        long elapsed = nowNanos - sinceNanos;
        if (elapsed >= FORGOTTEN_NANOS) {
            perSecond = Math.max(perSecond, EXPECTED_PER_SECOND);
        } else if (elapsed >= MEASURED_NANOS) {
            perSecond = (perSecond + taken * SECOND / elapsed) / 2;
        } else {
            return;
        }
        taken = 0;
        sinceNanos = nowNanos;
    }
}
