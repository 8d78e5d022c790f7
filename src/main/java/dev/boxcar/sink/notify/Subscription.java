// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who listens to a namespace. Events come in order and one at a time, on the executor that was given; a
 * listener with more than {@value #MOST_EVENTS} events in front of it is dropped, told so once, and hears no more. Any
 * thread.
 */
public final class Subscription implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
    private static final int MOST_EVENTS = 1024;

    final String namespace;
    /** The commit sequence up to which messages are no news to this listener. */
    volatile long since;

    private final Executor executor;
    private final Listener listener;
    private final ArrayDeque<InboxEvent> events = new ArrayDeque<>();
    private boolean running;
    private boolean closed;

    /** Hears what happens. */
    public interface Listener {
        /** Something happened. */
        void event(InboxEvent event);

        /** It was too slow, and hears nothing more. */
        void dropped();
    }

    public Subscription(String namespace, Executor executor, Listener listener) {
        this.namespace = namespace;
        this.executor = executor;
        this.listener = listener;
    }

    /** Hears nothing more. */
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

    /** Whether there was room for it; otherwise it is dropped. */
    boolean tell(InboxEvent event) {
        boolean tooSlow;
        synchronized (this) {
            if (closed) {
                return true;
            }
            tooSlow = events.size() >= MOST_EVENTS;
            if (tooSlow) {
                close();
            } else {
                events.add(event);
                if (running) {
                    return true;
                }
                running = true;
            }
        }
        run(tooSlow ? listener::dropped : this::deliver);
        return !tooSlow;
    }

    private void run(Runnable task) {
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
            running = event != null;
            return event;
        }
    }
}
