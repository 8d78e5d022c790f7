// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import java.util.ArrayList;
import java.util.List;

/** Holds replies back until it is released. One hold may serve many replies. Any thread. */
public final class ReplyHold {
    private final List<Runnable> waiting = new ArrayList<>();
    private final boolean endless;
    private boolean released;

    /** A hold that may be released. */
    public ReplyHold() {
        this(false);
    }

    private ReplyHold(boolean endless) {
        this.endless = endless;
    }

    /** A hold that nobody releases: what it holds back never leaves. */
    public static ReplyHold endless() {
        return new ReplyHold(true);
    }

    /** Whether nobody releases it. */
    public boolean isEndless() {
        return endless;
    }

    /** Lets the replies leave, in the order in which their sessions sent them. */
    public void release() {
        List<Runnable> told;
        synchronized (this) {
            released = true;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(Runnable::run);
    }

    public synchronized boolean isReleased() {
        return released;
    }

    /** Runs the task at the release, on the thread that releases. Returns false if that has happened already. */
    public synchronized boolean onRelease(Runnable task) {
        if (!released) {
            waiting.add(task);
        }
        return !released;
    }

    /** The task need not run any more: its session has ended. */
    public synchronized void forget(Runnable task) {
        waiting.remove(task);
    }
}
