// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueueTotals;
import dev.boxcar.relay.schedule.status.DestinationStatus;
import dev.boxcar.relay.schedule.status.QueueSnapshot;
import dev.boxcar.relay.schedule.status.QueuedEntry;
import dev.boxcar.relay.schedule.status.QueuedState;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator sees of a queue that several relays share: also the messages that this relay does not have. Counts
 * may be some seconds old. Any thread.
 */
final class SharedQueueView {
    private static final Logger LOG = LoggerFactory.getLogger(SharedQueueView.class);
    private static final long COUNTED_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long COUNT_MILLIS = 1_000;
    /** Nobody tells this relay what others change; so pages look again after this time. */
    private static final long LOOKED_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

    private final QueueAdministration queue;
    private volatile @Nullable QueueTotals totals;
    private volatile long countedNanos;
    /** Guarded by this. */
    private @Nullable CompletableFuture<?> counting;

    SharedQueueView(QueueAdministration queue) {
        this.queue = queue;
    }

    /**
     * The first messages after this id that match, in the order of acceptance. Reads the whole queue.
     *
     * @param own where the messages go that this relay has
     */
    List<MessageStatus> list(Ulid after, int limit, Predicate<QueuedEntry> filter, Map<Ulid, String> own)
            throws IOException {
        var page = new PriorityQueue<>(Comparator.comparing(ListedMail::id).reversed());
        queue.forEach(mail -> {
            if (mail.id().compareTo(after) > 0 && filter.test(entry(mail, own))) {
                page.add(mail);
                if (page.size() > limit) {
                    page.remove();
                }
            }
        });
        return page.stream()
                .sorted(Comparator.comparing(ListedMail::id))
                .map(mail -> MessageStatus.of(entry(mail, own), mail))
                .toList();
    }

    List<Ulid> ids(Predicate<QueuedEntry> filter, Map<Ulid, String> own) throws IOException {
        var ids = new ArrayList<Ulid>();
        queue.forEach(mail -> {
            if (filter.test(entry(mail, own))) {
                ids.add(mail.id());
            }
        });
        return ids;
    }

    @Nullable
    MessageStatus find(Ulid id, Map<Ulid, String> own) throws IOException {
        ListedMail mail = queue.find(id);
        return mail == null ? null : MessageStatus.of(entry(mail, own), mail);
    }

    List<Ulid> change(QueueChange change, Collection<Ulid> ids) throws IOException {
        return queue.change(change, ids);
    }

    private static QueuedEntry entry(ListedMail mail, Map<Ulid, String> own) {
        String destination = own.getOrDefault(mail.id(), "");
        return new QueuedEntry(
                mail.id(), state(mail), destination.isEmpty() ? mail.state().lastHost() : destination);
    }

    private static QueuedState state(ListedMail mail) {
        DeliveryState state = mail.state();
        if (state.isHeld()) {
            return QueuedState.HELD;
        }
        if (mail.isAttempted()) {
            return QueuedState.ACTIVE;
        }
        if (state.attempts() > 0) {
            return QueuedState.DEFERRED;
        }
        return state.next().isAfter(Instant.now()) ? QueuedState.SCHEDULED : QueuedState.ACTIVE;
    }

    /** The whole queue: {@code own} is what this relay itself delivers. */
    QueueSnapshot snapshot(QueueSnapshot own) {
        QueueTotals all = totals();
        if (all == null) {
            return own;
        }
        var states = Map.of(
                QueuedState.ACTIVE, all.active(),
                QueuedState.DEFERRED, all.deferred(),
                QueuedState.SCHEDULED, all.scheduled(),
                QueuedState.HELD, all.held());
        return new QueueSnapshot(states, all.oldestMillis(), destinations(own, all));
    }

    private static List<DestinationStatus> destinations(QueueSnapshot own, QueueTotals all) {
        var waiting = new HashMap<>(all.waitingByHost());
        int elsewhere = Math.max(0, all.active() - own.total()); // in the broker, or at other workers
        if (elsewhere > 0) {
            waiting.merge("", elsewhere, Integer::sum);
        }
        var statuses = new ArrayList<DestinationStatus>();
        for (DestinationStatus open : own.destinations()) {
            Integer more = waiting.remove(open.name());
            statuses.add(new DestinationStatus(
                    open.name(),
                    open.waiting() + (more == null ? 0 : more),
                    open.inDelivery(),
                    open.connections(),
                    open.deadUntil(),
                    open.lastReply()));
        }
        waiting.forEach((name, messages) -> statuses.add(new DestinationStatus(name, messages, 0, 0, null, "")));
        statuses.sort(
                Comparator.comparingInt(DestinationStatus::waiting).reversed().thenComparing(DestinationStatus::name));
        return statuses;
    }

    /** The latest count; null if there was none yet. Waits a moment for a new one: the broker may not respond. */
    private @Nullable QueueTotals totals() {
        CompletableFuture<?> count = counting();
        try {
            if (count != null) {
                count.get(COUNT_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the queue cannot be counted now: {}", e.toString());
        }
        return totals;
    }

    /** The count that goes on, on a thread of its own; null if the latest is new enough. */
    private synchronized @Nullable CompletableFuture<?> counting() {
        if (counting != null && !counting.isDone()) {
            return counting;
        }
        if (totals != null && System.nanoTime() - countedNanos < COUNTED_AGAIN_NANOS) {
            return null;
        }
        var count = new CompletableFuture<Void>();
        counting = count;
        var thread = new Thread(() -> count(count), "boxcar-queue-count");
        thread.setDaemon(true);
        thread.start();
        return count;
    }

    private void count(CompletableFuture<Void> count) {
        try {
            totals = queue.totals();
            count.complete(null);
        } catch (IOException | RuntimeException e) {
            count.completeExceptionally(e);
        } finally {
            countedNanos = System.nanoTime();
        }
    }

    /** A number that grows from time to time. */
    static long changes() {
        return System.nanoTime() / LOOKED_AGAIN_NANOS;
    }
}
