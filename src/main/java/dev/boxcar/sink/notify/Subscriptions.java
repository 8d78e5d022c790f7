// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.IndexEntry;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.NamespaceSnapshot;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.notify.InboxEvent.Arrived;
import dev.boxcar.sink.notify.InboxEvent.Counts;
import dev.boxcar.sink.notify.InboxEvent.Pruned;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The subscriptions of an inbox, and the events not yet given to them. Any thread reports events; the notifier's thread
 * gives them to the subscriptions.
 */
final class Subscriptions {
    private static final int MAX_SUBSCRIPTIONS = 1000;
    private static final long COUNTS_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final MessageIndex index;
    private final FieldsLoader loader;
    private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final AtomicLong dropped = new AtomicLong();

    /** Guards {@link #events} and {@link #pruned}; may be taken while the index's lock is held, not the reverse. */
    private final Object lock = new Object();

    private final ArrayDeque<NamespaceEvent> events = new ArrayDeque<>();
    /** How many messages each namespace has lost to retention. */
    private final HashMap<String, Long> pruned = new HashMap<>();

    private volatile boolean countsChanged;
    private long countsSentNanos = System.nanoTime() - COUNTS_INTERVAL_NANOS;

    private record NamespaceEvent(String namespace, InboxEvent event) {}

    Subscriptions(MessageIndex index, FieldsLoader loader) {
        this.index = index;
        this.loader = loader;
    }

    boolean isEmpty() {
        return subscriptions.isEmpty();
    }

    boolean isFull() {
        return subscriptions.size() >= MAX_SUBSCRIPTIONS;
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    int size() {
        removeClosed();
        return subscriptions.size();
    }

    long dropped() {
        return dropped.get();
    }

    void removeClosed() {
        subscriptions.removeIf(Subscription::isClosed);
    }

    void closeAll() {
        subscriptions.forEach(Subscription::close);
    }

    /** A namespace has lost a message to retention. Called under the index's lock. */
    void pruned(String namespace) {
        if (!subscriptions.isEmpty()) {
            synchronized (lock) {
                pruned.merge(namespace, 1L, Long::sum);
            }
        }
    }

    void add(String namespace, InboxEvent event) {
        if (!subscriptions.isEmpty()) {
            synchronized (lock) {
                events.add(new NamespaceEvent(namespace, event));
            }
        }
    }

    void countsChanged() {
        countsChanged = true;
    }

    boolean hasEvents() {
        synchronized (lock) {
            return !events.isEmpty() && !subscriptions.isEmpty();
        }
    }

    /** How long until counts must be sent; {@link Long#MAX_VALUE} if none have to be sent. */
    long nanosToCounts(long nowNanos) {
        return countsChanged && !subscriptions.isEmpty()
                ? Math.max(1, countsSentNanos + COUNTS_INTERVAL_NANOS - nowNanos)
                : Long.MAX_VALUE;
    }

    /** Gives a message that has just arrived to the subscriptions of its namespaces. */
    void announce(IndexEntry entry) {
        for (Subscription subscription : subscriptions) {
            NamespaceEntry found = entry.sequence() > subscription.afterSequence
                    ? index.find(entry.id(), subscription.namespace)
                    : null;
            MessageSummary summary = found == null ? null : loader.summary(found);
            if (summary != null) {
                send(subscription, new Arrived(summary));
            }
        }
    }

    /** Gives the other events to the subscriptions, and then the counts, at most four times per second. */
    void sendEvents() {
        if (subscriptions.isEmpty()) {
            synchronized (lock) {
                events.clear();
                pruned.clear();
            }
            return;
        }
        var toSend = new ArrayList<NamespaceEvent>();
        synchronized (lock) {
            toSend.addAll(events);
            events.clear();
            pruned.forEach((namespace, messages) -> toSend.add(new NamespaceEvent(namespace, new Pruned(messages))));
            pruned.clear();
        }
        boolean sendCounts = countsChanged && System.nanoTime() - countsSentNanos >= COUNTS_INTERVAL_NANOS;
        if (sendCounts) {
            countsChanged = false; // cleared before the counts are read: a later change sends them again
        }
        Map<String, Counts> counts = new HashMap<>();
        for (Subscription subscription : subscriptions) {
            for (NamespaceEvent each : toSend) {
                if (each.namespace().equals(subscription.namespace)) {
                    send(subscription, each.event());
                }
            }
            if (sendCounts) {
                send(subscription, counts.computeIfAbsent(subscription.namespace, this::counts));
            }
        }
        if (sendCounts) {
            countsSentNanos = System.nanoTime();
        }
    }

    Counts counts(String namespace) {
        NamespaceSnapshot snapshot = index.snapshot(namespace);
        return new Counts(snapshot.total(), snapshot.unread());
    }

    private void send(Subscription subscription, InboxEvent event) {
        if (!subscription.send(event)) {
            dropped.incrementAndGet();
            subscriptions.remove(subscription);
        }
    }
}
