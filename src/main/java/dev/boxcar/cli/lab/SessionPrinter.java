// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdicts;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionLookup;
import dev.boxcar.record.SessionRecord;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prints each recorded session when it has ended, on a thread of its own. At most {@value #MAX_WAITING} sessions wait
 * to be printed. If sessions end faster than they can be printed, a line says how many are not shown.
 */
public final class SessionPrinter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPrinter.class);

    static final int MAX_WAITING = 10_000;
    /** The most sessions that are written together. */
    private static final int BATCH = 100;
    /** After a batch, so that the sessions that end in this time are written together. */
    private static final Duration PAUSE = Duration.ofMillis(20);
    /** The most earlier sessions that one session is compared with, to find messages that were sent again. */
    private static final int MAX_EARLIER = 32;

    private static final long CLOSE_MILLIS = 2_000;
    /** Wakes the thread at the end. No session has this id. */
    private static final String WAKE = "";

    private final Recorder recorder;
    private final ScriptFaults scripts;
    private final TerminalColor color;
    private final PrintWriter out;
    private final SessionLookup earlier;
    private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    /** Sessions that ended while as many as possible waited. */
    private final AtomicLong omitted = new AtomicLong();

    private final Thread thread = new Thread(this::run, "boxcar-session-printer");
    private volatile boolean closing;
    /** How many sessions that are not shown have been reported. Confined to the thread. */
    private long reportedLost;
    /** Sessions whose recordings were dropped before their turn. Confined to the thread. */
    private long dropped;

    private SessionPrinter(Recorder recorder, LabSetup lab, PrintWriter out) {
        this.recorder = recorder;
        this.scripts = lab.scripts();
        this.color = lab.color();
        this.out = out;
        this.earlier = new SessionLookup(recorder, MAX_EARLIER);
    }

    /** A printer of the sessions that end from now on. It prints nothing before {@link #start}. */
    public static SessionPrinter of(Recorder recorder, LabSetup lab, PrintWriter out) {
        var printer = new SessionPrinter(recorder, lab, out);
        recorder.onEnd(printer::ended);
        printer.thread.setDaemon(true);
        return printer;
    }

    /** Begins to print. */
    public void start() {
        thread.start();
    }

    /** A session has ended. On its loop. */
    private void ended(String session) {
        if (!waiting.offer(session)) {
            omitted.incrementAndGet();
        }
    }

    private void run() {
        var batch = new ArrayList<String>(BATCH);
        try {
            while (!closing || !waiting.isEmpty()) {
                batch.add(waiting.take());
                waiting.drainTo(batch, BATCH - 1);
                batch.forEach(this::print);
                batch.clear();
                reportLost();
                out.flush();
                if (waiting.isEmpty() && !closing) {
                    Thread.sleep(PAUSE.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(String id) {
        if (id.equals(WAKE)) {
            return;
        }
        SessionRecord session = recorder.find(id);
        if (session == null) {
            dropped++;
            return;
        }
        try {
            out.print(text(session));
        } catch (RuntimeException e) {
            LOG.error("{} cannot be shown", id, e);
        }
    }

    private String text(SessionRecord session) {
        earlier.refresh();
        List<Verdict> verdicts = Verdicts.judge(session, earlier::find);
        List<String> findings = SessionFindings.of(session, verdicts, color);
        return SessionText.of(session, scripts.log().of(session.id()), color, findings);
    }

    private void reportLost() {
        long lost = omitted.get() + dropped + recorder.skippedSessions();
        if (lost > reportedLost) {
            out.println(SessionText.count(lost - reportedLost, "session")
                    + " not shown: more sessions than can be recorded and printed\n");
            reportedLost = lost;
        }
    }

    /** Prints the sessions that have ended, in at most two seconds. */
    @Override
    public void close() {
        closing = true;
        boolean woken = waiting.offer(WAKE); // if there is no room, the thread is awake
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int left = waiting.size() - (woken ? 1 : 0);
        if (left > 0) {
            LOG.warn("sessions not printed before the end: {}", left);
        }
    }
}
