// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.blob;

import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a queue of tasks that it runs in order. It starts with the first task, and is never interrupted,
 * because a {@code FileChannel} closes on interrupt.
 */
final class BlobWriterThread {
    private static final Logger LOG = LoggerFactory.getLogger(BlobWriterThread.class);

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean closed;
    private boolean started;
    /** Confined to the thread. */
    private boolean ended;

    BlobWriterThread(String name) {
        thread = new Thread(this::run, name);
    }

    /** Queues a task without waiting; returns false if the queue is closed. */
    synchronized boolean put(Runnable task) {
        if (!closed) {
            tasks.add(task);
            start();
        }
        return !closed;
    }

    private void start() {
        if (!started) {
            started = true;
            thread.start();
        }
    }

    /** Accepts no more tasks. The thread ends after those in the queue. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            tasks.add(() -> ended = true);
            start();
        }
    }

    /** Waits until the thread has ended. Returns whether the caller was interrupted during the wait. */
    boolean awaitEnd() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private void run() {
        while (!ended) {
            Runnable task = take();
            try {
                task.run();
            } catch (RuntimeException | Error bug) {
                LOG.error("event=blob-writer-bug", bug);
            }
        }
    }

    private Runnable take() {
        while (true) {
            try {
                return tasks.take();
            } catch (InterruptedException e) {
                LOG.debug("event=interrupted thread={}", thread.getName());
            }
        }
    }
}
