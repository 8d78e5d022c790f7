// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Timer;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches how long a session has been waiting. A command costs it one store: its timer is not moved, but looks, when it goes off,
 * how much time is really left. Confined to the loop thread.
 */
final class IdleClock {
    private final EventLoop loop;
    private final long mostNanos;
    private final LongSupplier nanosLeft;
    private final Runnable timeIsUp;
    private @Nullable Timer timer;
    private long touchedNanos;

    /** {@code shortest} is the shortest of the waits, which the timer looks for each time: whichever begins is not missed. */
    IdleClock(EventLoop loop, Duration shortest, LongSupplier nanosLeft, Runnable timeIsUp) {
        this.loop = loop;
        this.mostNanos = shortest.toNanos();
        this.nanosLeft = nanosLeft;
        this.timeIsUp = timeIsUp;
    }

    /** Begins to watch, or begins anew. */
    void start() {
        touch();
        plan();
    }

    /** Something came that counts as life. */
    void touch() {
        touchedNanos = loop.turnNanos();
    }

    long touchedNanos() {
        return touchedNanos;
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void plan() {
        Duration left = Duration.ofNanos(Math.max(0, Math.min(mostNanos, nanosLeft.getAsLong())));
        if (timer == null) {
            timer = loop.schedule(left, this::look);
        } else {
            loop.reschedule(timer, left);
        }
    }

    private void look() {
        if (nanosLeft.getAsLong() > 0) {
            plan();
        } else {
            timeIsUp.run();
        }
    }
}
