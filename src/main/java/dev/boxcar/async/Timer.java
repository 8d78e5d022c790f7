// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

/** A task that a loop runs once at a given time. Confined to the loop thread. */
public final class Timer {
    private static final int NOT_SCHEDULED = -1;

    private final TimerQueue queue;
    private final Runnable task;
    /** When the task is due, on the loop's clock. */
    long dueNanos;
    /** The timer's index in the heap of the {@link TimerQueue}, which maintains it. */
    int index = NOT_SCHEDULED;

    Timer(TimerQueue queue, Runnable task) {
        this.queue = queue;
        this.task = task;
    }

    /** Prevents the task from running. Has no effect if it has run already. */
    public void cancel() {
        queue.cancel(this);
    }

    /** Whether the task is still to run. */
    public boolean isScheduled() {
        return index != NOT_SCHEDULED;
    }

    void unschedule() {
        index = NOT_SCHEDULED;
    }

    Runnable task() {
        return task;
    }
}
