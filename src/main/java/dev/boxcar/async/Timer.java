// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

/** A task that a loop runs once, when its time has come. Confined to the loop thread. */
public final class Timer {
    private static final int UNPLANNED = -1;

    private final EventLoop loop;
    private final Runnable task;
    /** When it is due, on the loop's clock. */
    long dueNanos;
    /** Its place in the heap of the {@link TimerQueue}, which alone changes it. */
    int place = UNPLANNED;

    Timer(EventLoop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    /** Takes the task off the loop's list; it will not run. Harmless when it ran already. */
    public void cancel() {
        loop.cancel(this);
    }

    /** Whether it still waits for its time. */
    public boolean isScheduled() {
        return place != UNPLANNED;
    }

    void unplan() {
        place = UNPLANNED;
    }

    Runnable task() {
        return task;
    }
}
