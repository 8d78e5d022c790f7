// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a server's process ends, whatever ends it: sessions first, then the spool, so that every message answered 250 is
 * written out.
 *
 * <p>{@link #run} is the JVM's shutdown hook, and bounded: a disk that hangs does not keep the process for ever. A
 * spool that fails ends the process with status 74, also when it fails during a shutdown that a signal began.
 */
final class Ending {
    private static final Duration BODIES_GRACE = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Logger log = LoggerFactory.getLogger(Ending.class);
    private @Nullable Shutdown sessions;
    private @Nullable AutoCloseable spool;
    private final Deque<AutoCloseable> before = new ArrayDeque<>();
    private final Deque<AutoCloseable> behind = new ArrayDeque<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean started;
    private volatile boolean spoolFailed;

    /** Names the spool to be closed, last. */
    synchronized void closes(AutoCloseable opened) {
        spool = opened;
    }

    /** Names what is closed before the sessions end; what was named last is closed first. */
    synchronized void closesBeforeSessions(AutoCloseable opened) {
        before.push(opened);
    }

    /** Names what is closed between the sessions and the spool; what was named last is closed first. */
    synchronized void closesBehindSessions(AutoCloseable opened) {
        behind.push(opened);
    }

    /** Names what ends the sessions; it is given the time for bodies that have begun. */
    synchronized void shutsDown(Shutdown server) {
        sessions = server;
    }

    /**
     * Ends the process. May be called on the spool's own thread: the shutdown hook, which waits for that thread, runs
     * on another.
     */
    void spoolFailed(IOException cause) {
        spoolFailed = true;
        log.error("the spool has failed, stopping cause=\"{}\"", cause.getMessage());
        exit(Main.SPOOL_FAILED);
    }

    /**
     * Ends the process, since a server that lost an event loop looks alive and is not. May be called on the loop's
     * thread.
     */
    void loopFailed(Throwable cause) {
        try {
            log.error("an event loop has ended, stopping", cause);
        } finally {
            exit(Main.OUR_FAULT);
        }
    }

    private static void exit(int status) {
        var exit = new Thread(() -> System.exit(status), "exit");
        exit.setDaemon(true);
        exit.start();
    }

    /** Says that the server is up: from here on its end is worth a line in the log. */
    void started() {
        started = true;
    }

    /** The shutdown hook; also called where the start failed half-way. Only the first call does something. */
    void run() {
        if (begun.getAndSet(true)) {
            return;
        }
        if (started) {
            log.info("stopping");
        }
        var steps = new Thread(this::stop, "stop");
        steps.setDaemon(true);
        steps.start();
        boolean ended = joined(steps);
        if (!ended) {
            log.error("not stopped after {} s: giving up", LONGEST.toSeconds());
        } else if (started) {
            log.info("stopped");
        }
        Logging.end();
        if (!ended || spoolFailed) {
            Runtime.getRuntime().halt(Main.SPOOL_FAILED);
        }
    }

    private synchronized void stop() {
        try {
            before.forEach(this::close);
            if (sessions != null) {
                sessions.within(BODIES_GRACE);
            }
        } catch (InterruptedException e) {
            log.warn("the sessions were not waited for"); // not marked again: the mark would close the spool's files
        } finally {
            behind.forEach(this::close);
            closeSpool();
        }
    }

    private void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            log.warn("{} did not close: {}", one.getClass().getSimpleName(), e.toString());
        }
    }

    private void closeSpool() {
        try {
            if (spool != null) {
                spool.close();
            }
        } catch (Exception e) {
            spoolFailed = true;
            log.error("the spool could not be closed", e);
        }
    }

    /** Ends the sessions of a server, and gives the bodies that have begun a time to end. */
    @FunctionalInterface
    interface Shutdown {
        void within(Duration bodiesGrace) throws InterruptedException;
    }

    private static boolean joined(Thread thread) {
        try {
            thread.join(LONGEST.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
