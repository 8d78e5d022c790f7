// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One timer that is set again and again. Confined to the loop thread. */
final class LoopAlarm {
    private final EventLoop loop;
    private final Runnable task;
    private @Nullable Timer timer;

    LoopAlarm(EventLoop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    /** Runs the task after that time, and not at the time that was set before. */
    void set(long nanos) {
        Duration delay = Duration.ofNanos(nanos);
        if (timer == null) {
            timer = loop.schedule(delay, task);
        } else {
            loop.reschedule(timer, delay);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
