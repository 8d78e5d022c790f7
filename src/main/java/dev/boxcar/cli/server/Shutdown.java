// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import dev.boxcar.cli.log.Logging;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the server process in order, whatever the cause: first the sessions, last the spool, so that every message that
 * got 250 is written to disk.
 *
 * <p>{@link #run} is the JVM's shutdown hook. It takes a bounded time, even if a disk hangs. If the spool fails, the
 * process ends with status 74, even if it fails during a shutdown that a signal started.
 */
public final class Shutdown {
    private static final Duration MESSAGE_GRACE = Duration.ofSeconds(8);
    private static final Duration MAX = Duration.ofSeconds(30);

    private final Logger log = LoggerFactory.getLogger(Shutdown.class);
    private @Nullable SessionShutdown sessions;
    private @Nullable AutoCloseable spool;
    private final Deque<AutoCloseable> before = new ArrayDeque<>();
    private final Deque<AutoCloseable> after = new ArrayDeque<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean started;
    private volatile boolean spoolFailed;

    /** Registers the resource that is closed last: the spool. */
    public synchronized void closesLast(AutoCloseable opened) {
        spool = opened;
    }

    /** Registers a resource to close before the sessions end. These are closed in reverse order of registration. */
    public synchronized void closesBeforeSessions(AutoCloseable opened) {
        before.push(opened);
    }

    /** Registers a resource to close after the sessions end and before the spool, also in reverse order. */
    public synchronized void closesAfterSessions(AutoCloseable opened) {
        after.push(opened);
    }

    /** Registers a server whose sessions are ended. It gets some time, so that clients can finish sending a message. */
    public synchronized void endsSessions(SessionShutdown server) {
        sessions = server;
    }

    /**
     * Ends the process because the spool failed. May be called on the spool's thread: the shutdown hook, which waits
     * for that thread, runs on another one.
     */
    public void spoolFailed(IOException cause) {
        spoolFailed = true;
        log.error("the spool has failed, stopping cause=\"{}\"", cause.getMessage());
        exit(ExitStatus.SPOOL_FAILED);
    }

    /**
     * Ends the process because an event loop failed: without the loop, the server would accept connections but not
     * serve them. May be called on the loop's thread.
     */
    public void loopFailed(Throwable cause) {
        try {
            log.error("an event loop has failed, stopping", cause);
        } finally {
            exit(ExitStatus.INTERNAL_ERROR);
        }
    }

    private static void exit(int status) {
        var exit = new Thread(() -> System.exit(status), "exit");
        exit.setDaemon(true);
        exit.start();
    }

    /** The server has started: from now on, its shutdown is logged. */
    public void started() {
        started = true;
    }

    /** The shutdown hook; also called if the start fails halfway. Only the first call has an effect. */
    public void run() {
        if (begun.getAndSet(true)) {
            return;
        }
        if (started) {
            log.info("stopping");
        }
        var steps = new Thread(this::stop, "stop");
        steps.setDaemon(true);
        steps.start();
        boolean ended = join(steps);
        if (!ended) {
            log.error("not stopped after {} s, giving up", MAX.toSeconds());
        } else if (started) {
            log.info("stopped");
        }
        Logging.end();
        if (!ended || spoolFailed) {
            Runtime.getRuntime().halt(ExitStatus.SPOOL_FAILED);
        }
    }

    private synchronized void stop() {
        try {
            before.forEach(this::close);
            if (sessions != null) {
                sessions.end(MESSAGE_GRACE);
            }
        } catch (InterruptedException e) {
            // the interrupt is not restored, because it would close the spool's files
            log.warn("interrupted while waiting for sessions to end");
        } finally {
            after.forEach(this::close);
            closeSpool();
        }
    }

    private void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            log.warn("cannot close {}: {}", one.getClass().getSimpleName(), e.toString());
        }
    }

    private void closeSpool() {
        try {
            if (spool != null) {
                spool.close();
            }
        } catch (Exception e) {
            spoolFailed = true;
            log.error("cannot close the spool", e);
        }
    }

    /** Ends the sessions of a server; messages that are being sent get some time to finish. */
    @FunctionalInterface
    public interface SessionShutdown {
        void end(Duration messageGrace) throws InterruptedException;
    }

    private static boolean join(Thread thread) {
        try {
            thread.join(MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
