// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a loop was asked to do, by its own thread and by others. Whether the loop must be woken for it is settled here:
 * a loop that is awake, or that somebody has woken already, looks into this queue before it sleeps.
 *
 * <p>Any thread adds; the loop's thread does the rest.
 */
final class TaskQueue {
    private final Queue<Runnable> tasks;
    /** True while the loop is awake, or on its way: then nobody needs to wake it, least of all itself. */
    private final AtomicBoolean awake = new AtomicBoolean(true);

    private volatile boolean ended;

    TaskQueue() {
        this(new ConcurrentLinkedQueue<>());
    }

    /** Keeps its tasks in a queue that is safe for all threads. */
    TaskQueue(Queue<Runnable> tasks) {
        this.tasks = tasks;
    }

    /** Adds a task; false when none is taken any more. A task that was taken is always polled. */
    boolean add(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (ended) {
            return false;
        }
        tasks.add(task);
        return !ended || !tasks.remove(task); // it ended meanwhile, and may have polled its last
    }

    /** Whether the one who added must wake the loop; of many, one is told so. */
    boolean mustWake() {
        return !awake.get() && awake.compareAndSet(false, true);
    }

    /** The loop is about to sleep; it looks whether it {@link #isEmpty} after this, not before. */
    void aboutToSleep() {
        awake.set(false);
    }

    /** The loop woke up. Late sight of this costs a needless wake-up, no more. */
    void awake() {
        awake.lazySet(true);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    @Nullable
    Runnable poll() {
        return tasks.poll();
    }

    /** Takes no more tasks; those that were taken are still there. */
    void end() {
        ended = true;
    }
}
