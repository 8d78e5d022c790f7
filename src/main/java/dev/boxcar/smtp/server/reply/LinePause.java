// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.EventLoop;
import java.time.Duration;

/** A time in which a session processes no input. Confined to the loop thread. */
final class LinePause {
    private final EventLoop loop;
    private final LoopAlarm alarm;
    private final Runnable onEnd;
    private boolean active;
    private long endNanos;

    /** {@code onEnd} is called when a pause has ended. */
    LinePause(EventLoop loop, Runnable onEnd) {
        this.loop = loop;
        this.alarm = new LoopAlarm(loop, this::end);
        this.onEnd = onEnd;
    }

    /** Begins a pause, or makes the current one last at least this long. */
    void begin(Duration time) {
        if (time.isZero()) {
            return;
        }
        long now = loop.nowNanos();
        long end = now + time.toNanos();
        endNanos = active && endNanos - end > 0 ? endNanos : end;
        active = true;
        alarm.set(endNanos - now);
    }

    private void end() {
        active = false;
        onEnd.run();
    }

    boolean isActive() {
        return active;
    }

    void cancel() {
        alarm.cancel();
    }
}
