// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.loop;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The tasks handed to a loop. The queue also decides whether the loop must be woken for a new task: a loop that is
 * awake, or already being woken, checks this queue before it sleeps.
 *
 * <p>Any thread may call {@link #add} and {@link #mustWake}; the rest is confined to the loop thread.
 */
public final class TaskQueue {
    private final Queue<Runnable> tasks;
    /** True while the loop is awake or being woken. */
    private final AtomicBoolean awake = new AtomicBoolean(true);

    private volatile boolean ended;

    /** An empty queue. */
    public TaskQueue() {
        this(new ConcurrentLinkedQueue<>());
    }

    /** Keeps its tasks in {@code tasks}, which must be thread-safe. */
    public TaskQueue(Queue<Runnable> tasks) {
        this.tasks = tasks;
    }

    /** Adds a task. Returns false if the queue has ended; a task that was accepted is always polled. */
    public boolean add(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (ended) {
            return false;
        }
        tasks.add(task);
        return !ended || !tasks.remove(task); // the queue may have ended meanwhile, after its last poll
    }

    /** Whether the caller, after adding a task, must wake the loop. Of several callers, only one gets true. */
    public boolean mustWake() {
        return !awake.get() && awake.compareAndSet(false, true);
    }

    /** Notes that the loop is about to sleep. The loop must check {@link #isEmpty} after this call, not before. */
    public void aboutToSleep() {
        awake.set(false);
    }

    /** Notes that the loop is awake. A thread that sees this too late only wakes the loop once more than necessary. */
    public void awake() {
        awake.lazySet(true);
    }

    /** Whether no task waits. */
    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Takes the next task, or null if there is none. */
    public @Nullable Runnable poll() {
        return tasks.poll();
    }

    /** Accepts no more tasks; those accepted before can still be polled. */
    public void end() {
        ended = true;
    }
}
