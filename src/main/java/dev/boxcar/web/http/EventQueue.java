// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The events that one subscriber still has to receive. They are written one at a time and in order. The queue is
 * bounded: a subscriber that reads too slowly is disconnected, so that it neither fills the heap nor delays other
 * subscribers. Any thread; nothing blocks.
 */
final class EventQueue {
    /** The maximum number of queued events. */
    static final int MAX_EVENTS = 1024;

    /** The maximum number of characters in all queued events. A single event may be longer. */
    static final int MAX_CHARACTERS = 1024 * 1024;

    /** The connection to the subscriber. */
    interface Connection {
        /** Starts to write. Then {@link #written} or {@link #close} must be called once, on any thread. */
        void write(String event);

        /** Ends the connection. Called once. */
        void disconnect();
    }

    private enum Decision {
        WRITE_NOW,
        QUEUED,
        OVERFLOW,
        CLOSED
    }

    private final Connection connection;
    private final Deque<String> queued = new ArrayDeque<>();
    private long queuedCharacters;
    private boolean writing;
    private boolean closed;
    private Runnable onClose = () -> {};

    EventQueue(Connection connection) {
        this.connection = connection;
    }

    /** Writes or queues an event. A subscriber whose queue is full is disconnected. */
    void offer(String event) {
        switch (decide(event)) {
            case WRITE_NOW -> connection.write(event);
            case OVERFLOW -> close();
            case QUEUED, CLOSED -> {}
        }
    }

    private synchronized Decision decide(String event) {
        if (closed) {
            return Decision.CLOSED;
        }
        if (!writing) {
            writing = true;
            return Decision.WRITE_NOW;
        }
        boolean tooLong = !queued.isEmpty() && queuedCharacters + event.length() > MAX_CHARACTERS;
        if (queued.size() == MAX_EVENTS || tooLong) {
            return Decision.OVERFLOW;
        }
        queued.add(event);
        queuedCharacters += event.length();
        return Decision.QUEUED;
    }

    /** The connection has written the last event it was given: writes the next one. */
    void written() {
        String next;
        synchronized (this) {
            next = queued.poll();
            writing = next != null && !closed;
            if (!writing) {
                return;
            }
            queuedCharacters -= next.length();
        }
        connection.write(next);
    }

    /** Runs {@code task} when the subscriber has gone, or immediately if it has gone already. */
    void onClose(Runnable task) {
        synchronized (this) {
            if (!closed) {
                onClose = task;
                return;
            }
        }
        task.run();
    }

    /** Disconnects the subscriber. Later calls do nothing. */
    void close() {
        Runnable task;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            queued.clear();
            task = onClose;
        }
        connection.disconnect();
        task.run();
    }

    /** Whether the subscriber has gone. */
    synchronized boolean isClosed() {
        return closed;
    }
}
