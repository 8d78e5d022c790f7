// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdicts;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionPage;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionSummary;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Prints each recorded session when it has ended, on a thread of its own. A session whose recording is dropped before
 * its turn is not printed.
 */
public final class SessionPrinter implements AutoCloseable {
    private static final int PAGE = 100;
    private static final long CLOSE_MILLIS = 2_000;

    private final Recorder recorder;
    private final LabSetup lab;
    private final PrintWriter out;
    private final Semaphore changed = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "boxcar-session-printer");
    private volatile boolean closing;

    private SessionPrinter(Recorder recorder, LabSetup lab, PrintWriter out) {
        this.recorder = recorder;
        this.lab = lab;
        this.out = out;
    }

    /** Prints the sessions that end from now on. */
    public static SessionPrinter start(Recorder recorder, LabSetup lab, PrintWriter out) {
        var printer = new SessionPrinter(recorder, lab, out);
        recorder.onChange(printer.changed::release);
        printer.thread.setDaemon(true);
        printer.thread.start();
        return printer;
    }

    private void run() {
        long cursor = 0;
        boolean last = false;
        try {
            while (!last) {
                changed.acquire();
                changed.drainPermits();
                last = closing; // read before the sessions, so that the last round has all
                cursor = printAfter(cursor);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long printAfter(long start) {
        long cursor = start;
        while (true) {
            SessionPage page = recorder.changedAfter(cursor, PAGE, SessionSummary::ended);
            for (SessionSummary summary : page.sessions()) {
                SessionRecord session = recorder.find(summary.id());
                if (session != null) {
                    out.print(text(session));
                }
            }
            out.flush();
            cursor = page.cursor();
            if (page.sessions().size() < PAGE) {
                return cursor;
            }
        }
    }

    private String text(SessionRecord session) {
        List<Verdict> verdicts = Verdicts.judge(session, recorder::find);
        List<String> findings = SessionFindings.of(session, verdicts, lab.color());
        return SessionText.of(session, lab.scripts().log().of(session.id()), lab.color(), findings);
    }

    /** Prints the sessions that have ended, in at most two seconds. */
    @Override
    public void close() {
        closing = true;
        changed.release();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
