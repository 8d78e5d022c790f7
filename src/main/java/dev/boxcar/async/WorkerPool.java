// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads for work that would block a loop, such as name look-ups and file reads. The tasks must not call
 * channels; they hand their results to the loop with {@link EventLoop#execute}. When too many tasks wait, the pool
 * rejects more, so that its callers fail instead of waiting.
 *
 * <p>Any thread may call. The threads are daemons. They start with the first tasks and end after a short time without
 * work, so an unused pool costs nothing.
 */
public final class WorkerPool implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private static final int THREADS = 4;
    private static final int MAX_WAITING_TASKS = 1024;
    private static final int IDLE_SECONDS = 10;

    private final String name;
    private final int maxWaiting;
    private final ThreadPoolExecutor threads;

    private WorkerPool(String name, int threads, int maxWaiting) {
        this.name = name;
        this.maxWaiting = maxWaiting;
        this.threads = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threadFactory(name));
        this.threads.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory threadFactory(String name) {
        var number = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, "worker-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A pool of the default size; the name is for logs and threads. */
    public static WorkerPool open(String name) {
        return open(name, THREADS, MAX_WAITING_TASKS);
    }

    /**
     * A pool of {@code threads} threads. About {@code maxWaiting} tasks may wait while all threads are busy.
     *
     * @throws IllegalArgumentException if either number is less than 1
     */
    public static WorkerPool open(String name, int threads, int maxWaiting) {
        Objects.requireNonNull(name, "name");
        if (threads < 1 || maxWaiting < 1) {
            throw new IllegalArgumentException(
                    "a worker pool needs at least 1 thread and 1 waiting task: " + threads + ", " + maxWaiting);
        }
        return new WorkerPool(name, threads, maxWaiting);
    }

    /**
     * Runs a task on one of the threads, soon. An exception that the task throws is logged.
     *
     * @throws RejectedExecutionException if too many tasks wait or the pool is closed; then the task is not run
     */
    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (threads.getQueue().size() >= maxWaiting) {
            throw new RejectedExecutionException(
                    "worker pool " + name + " is busy, and " + maxWaiting + " tasks wait already");
        }
        add(task);
    }

    /**
     * As {@link #execute}, for a task that releases something: it is never rejected. If the pool is closed, it runs
     * immediately on the calling thread.
     */
    public void executeCleanup(Runnable task) {
        try {
            add(task);
        } catch (RejectedExecutionException e) {
            runSafely(task);
        }
    }

    private void add(Runnable task) {
        try {
            threads.execute(() -> runSafely(task));
        } catch (RejectedExecutionException e) {
            throw new RejectedExecutionException("worker pool " + name + " is closed", e);
        }
    }

    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("workers={} a task failed", name, e);
        }
    }

    /** Accepts no more tasks. Accepted tasks still run, but this method does not wait for them. May be called again. */
    @Override
    public void close() {
        threads.shutdown();
    }

    @Override
    public String toString() {
        return "WorkerPool " + name;
    }
}
