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
 * A few threads for what would block a loop: look-ups of names, reads of files. They do not call channels; what they
 * found they hand over with {@link EventLoop#execute}. When too much waits for them they refuse, so that who asked
 * fails instead of waiting.
 *
 * <p>Any thread. The threads are daemons, begin with the first tasks and end when there was nothing to do for a while:
 * unused, helpers cost nothing.
 */
public final class WorkerPool implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private static final int THREADS = 4;
    private static final int WAITING_TASKS = 1024;
    private static final int IDLE_SECONDS = 10;

    private final String name;
    private final int mostWaiting;
    private final ThreadPoolExecutor threads;

    private WorkerPool(String name, int threads, int mostWaiting) {
        this.name = name;
        this.mostWaiting = mostWaiting;
        this.threads = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), namedAfter(name));
        this.threads.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory namedAfter(String name) {
        var number = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, "helper-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Helpers in the usual number; the name is for logs. */
    public static WorkerPool open(String name) {
        return open(name, THREADS, WAITING_TASKS);
    }

    /**
     * As many as {@code threads}, for whom about {@code mostWaiting} tasks may wait while all are busy; of each, at
     * least one.
     */
    public static WorkerPool open(String name, int threads, int mostWaiting) {
        Objects.requireNonNull(name, "name");
        if (threads < 1 || mostWaiting < 1) {
            throw new IllegalArgumentException(threads + " helpers for whom " + mostWaiting + " tasks wait");
        }
        return new WorkerPool(name, threads, mostWaiting);
    }

    /**
     * Has a helper run the task soon. What the task throws is logged.
     *
     * @throws RejectedExecutionException if too many tasks wait already, or the helpers are closed; the task is not run
     *     then
     */
    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (threads.getQueue().size() >= mostWaiting) {
            throw new RejectedExecutionException("helpers " + name + " are busy, and " + mostWaiting + " tasks wait");
        }
        add(task);
    }

    /**
     * As {@link #execute}, for what gives something back: it is never refused, and run at once when the helpers are
     * closed.
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
            throw new RejectedExecutionException("helpers " + name + " are closed", e);
        }
    }

    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("helpers={} a task failed", name, e);
        }
    }

    /** Takes no more tasks; those that were taken are still run, but nobody waits for them. Again is harmless. */
    @Override
    public void close() {
        threads.shutdown();
    }

    @Override
    public String toString() {
        return "Helpers " + name;
    }
}
