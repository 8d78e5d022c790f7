// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription to the events of a namespace. The listener gets them in order and one at a time, on its executor. A
 * listener with more than {@value #MAX_QUEUED_EVENTS} undelivered events is dropped. Any thread.
 */
public final class Subscription implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
    private static final int MAX_QUEUED_EVENTS = 1024;

    final String namespace;
    /** Messages up to this place in the commit sequence are not announced to this subscription. */
    volatile long afterSequence;

    private final Executor executor;
    private final Listener listener;
    private final ArrayDeque<InboxEvent> events = new ArrayDeque<>();
    private boolean delivering;
    private boolean closed;

    /** Receives events. */
    public interface Listener {
        /** An event. */
        void event(InboxEvent event);

        /** The listener was too slow and was dropped. It gets no more events. */
        void dropped();
    }

    Subscription(String namespace, Executor executor, Listener listener) {
        this.namespace = namespace;
        this.executor = executor;
        this.listener = listener;
    }

    /** Ends the subscription; undelivered events are discarded. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            events.clear();
        }
    }

    boolean isClosed() {
        synchronized (this) {
            return closed;
        }
    }

    /** Queues an event. Returns false if the queue is full: then the listener is dropped. */
    boolean send(InboxEvent event) {
        boolean tooSlow;
        synchronized (this) {
            if (closed) {
                return true;
            }
            tooSlow = events.size() >= MAX_QUEUED_EVENTS;
            if (tooSlow) {
                close();
            } else {
                events.add(event);
                if (delivering) {
                    return true;
                }
                delivering = true;
            }
        }
        execute(tooSlow ? listener::dropped : this::deliver);
        return !tooSlow;
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            close();
        }
    }

    private void deliver() {
        for (InboxEvent event = next(); event != null; event = next()) {
            try {
                listener.event(event);
            } catch (RuntimeException bug) {
                LOG.error("event=listener-failed", bug);
            }
        }
    }

    private @Nullable InboxEvent next() {
        synchronized (this) {
            InboxEvent event = events.poll();
            delivering = event != null;
            return event;
        }
    }
}
