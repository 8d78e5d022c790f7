// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Events on their way to one subscriber: one is written at a time, in order, and a bounded number waits, of a bounded
 * length. A subscriber that lets more wait is given up, so that it costs neither memory nor anybody else's time. Any
 * thread.
 */
public abstract class Outlet {
    /** How many events may wait for a slow subscriber. */
    static final int MOST_WAITING = 1024;

    /** How many characters these may have, together; one event may have more. */
    static final int MOST_WAITING_CHARACTERS = 1024 * 1024;

    private enum Next {
        WRITE,
        WAIT,
        GIVE_UP,
        GONE
    }

    private final Deque<String> waiting = new ArrayDeque<>();
    private long waitingCharacters;
    private boolean writing;
    private boolean closed;
    private Runnable onClose = () -> {};

    Outlet() {}

    /** Begins to write; {@link #written} or {@link #close} is called when that is done, on any thread. */
    abstract void write(String event);

    /** Ends the connection; called once. */
    abstract void disconnect();

    /** Sends an event, or leaves it to wait; false when the subscriber has gone or is given up. Does not block. */
    public final boolean offer(String event) {
        switch (next(event)) {
            case WRITE -> write(event);
            case GIVE_UP -> close();
            case WAIT, GONE -> {}
        }
        return !isClosed();
    }

    private synchronized Next next(String event) {
        if (closed) {
            return Next.GONE;
        }
        if (!writing) {
            writing = true;
            return Next.WRITE;
        }
        boolean tooLong = !waiting.isEmpty() && waitingCharacters + event.length() > MOST_WAITING_CHARACTERS;
        if (waiting.size() == MOST_WAITING || tooLong) {
            return Next.GIVE_UP;
        }
        waiting.add(event);
        waitingCharacters += event.length();
        return Next.WAIT;
    }

    /** The event before is written: the next one goes. */
    final void written() {
        String next;
        synchronized (this) {
            next = waiting.poll();
            writing = next != null && !closed;
            if (!writing) {
                return;
            }
            waitingCharacters -= next.length();
        }
        write(next);
    }

    /** Says what is to be done when the subscriber has gone; at once, if it has gone already. */
    public final void onClose(Runnable task) {
        synchronized (this) {
            if (!closed) {
                onClose = task;
                return;
            }
        }
        task.run();
    }

    /** Gives the subscriber up. A second call does nothing. */
    public final void close() {
        Runnable task;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            waiting.clear();
            task = onClose;
        }
        disconnect();
        task.run();
    }

    /** Whether the subscriber has gone. */
    public final synchronized boolean isClosed() {
        return closed;
    }
}
