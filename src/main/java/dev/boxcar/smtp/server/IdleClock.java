// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches how long a session has been waiting. A command costs it one store: its timer is not moved, but looks, when it
 * goes off, how much time is really left. Confined to the loop thread.
 */
abstract class IdleClock extends SessionPart implements Runnable {
    private @Nullable Timer timer;
    private long touchedNanos;

    IdleClock(SmtpSession session) {
        super(session);
    }

    /** The shortest of the waits, for which the timer looks each time: whichever begins is not missed. */
    abstract long mostNanos();

    /** How long may still be waited. */
    abstract long leftNanos();

    /** Nothing is left of it. */
    abstract void timeIsUp();

    /** Begins to watch, or begins anew. */
    final void start() {
        touch();
        plan();
    }

    /** Something came or was done that counts as life. */
    final void touch() {
        touchedNanos = loop().turnNanos();
    }

    final long touchedNanos() {
        return touchedNanos;
    }

    /** The session is gone. */
    final void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void plan() {
        Duration left = Duration.ofNanos(Math.max(0, Math.min(mostNanos(), leftNanos())));
        if (timer == null) {
            timer = loop().schedule(left, this);
        } else {
            loop().reschedule(timer, left);
        }
    }

    /** The timer has gone off. */
    @Override
    public final void run() {
        if (leftNanos() > 0) {
            plan();
        } else {
            timeIsUp();
        }
    }
}
