// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.schedule.DeliveryCounters;
import dev.boxcar.relay.schedule.QueueScheduler;
import dev.boxcar.relay.schedule.status.QueueSnapshot;
import dev.boxcar.relay.schedule.status.QueuedEntry;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sees of a relay that runs, and the changes that an operator may make. Any thread but the relay's own
 * loops: most methods wait for the scheduler, up to 5 s, and fail with an IOException when it does not respond.
 */
public final class RelayView {
    private static final long RESPONSE_SECONDS = 5;

    private final QueueScheduler scheduler;
    private final RelayQueue queue;
    private final DeliveryMonitor monitor;
    /** Null if the scheduler knows every message. */
    private final @Nullable SharedQueueView shared;

    /** A view of these parts of a relay. */
    public RelayView(QueueScheduler scheduler, RelayQueue queue, DeliveryMonitor monitor) {
        this.scheduler = scheduler;
        this.queue = queue;
        this.monitor = monitor;
        QueueAdministration whole = queue.administration();
        this.shared = whole == null ? null : new SharedQueueView(whole);
    }

    private static <T> T await(Supplier<CompletableFuture<T>> question) throws IOException {
        try {
            return question.get().get(RESPONSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (TimeoutException e) {
            throw new IOException("the scheduler does not respond", e);
        } catch (ExecutionException | RejectedExecutionException e) {
            throw new IOException("the relay has stopped", e);
        }
    }

    /** The queue now. */
    public QueueSnapshot snapshot() throws IOException {
        QueueSnapshot own = await(scheduler::snapshot);
        return shared == null ? own : shared.snapshot(own);
    }

    /** The first messages after this id that match, in the order of acceptance. */
    public List<MessageStatus> list(Ulid after, int limit, Predicate<QueuedEntry> filter) throws IOException {
        if (shared != null) {
            return shared.list(after, limit, filter, ownDestinations());
        }
        var messages = new ArrayList<MessageStatus>();
        for (QueuedEntry entry : await(() -> scheduler.page(after, limit, filter))) {
            MessageStatus message = read(entry);
            if (message != null) {
                messages.add(message);
            }
        }
        return messages;
    }

    /** The ids of all messages that match. */
    public List<Ulid> ids(Predicate<QueuedEntry> filter) throws IOException {
        if (shared != null) {
            return shared.ids(filter, ownDestinations());
        }
        return await(() -> scheduler.page(Ulid.NONE, Integer.MAX_VALUE, filter)).stream()
                .map(QueuedEntry::id)
                .toList();
    }

    /** The message with this id; empty if it is not queued. */
    public Optional<MessageStatus> find(Ulid id) throws IOException {
        if (shared != null) {
            return Optional.ofNullable(shared.find(id, ownDestinations()));
        }
        QueuedEntry entry = await(() -> scheduler.entry(id)).orElse(null);
        return Optional.ofNullable(entry == null ? null : read(entry));
    }

    /** Where the messages go that this relay has. */
    private Map<Ulid, String> ownDestinations() throws IOException {
        return await(() -> scheduler.page(Ulid.NONE, Integer.MAX_VALUE, entry -> true)).stream()
                .collect(Collectors.toMap(QueuedEntry::id, QueuedEntry::destination));
    }

    private @Nullable MessageStatus read(QueuedEntry entry) throws IOException {
        QueuedMail mail = queue.read(entry.id());
        return mail == null ? null : MessageStatus.of(entry, mail, queue.state(entry.id()));
    }

    /**
     * The recorded sessions in which this message was attempted, also once it is delivered; empty if there are none.
     */
    public List<RecordedAttempt> attempts(Ulid id) {
        AttemptRecorder recorder = monitor.recorder();
        return recorder == null ? List.of() : recorder.find(id);
    }

    /**
     * Changes a queued message.
     *
     * @return false if there is no such message
     */
    public boolean change(Ulid id, QueueChange change) throws IOException {
        return change(change, List.of(id)).isEmpty();
    }

    /** Changes queued messages, and returns the ids of those that are not queued. */
    public List<Ulid> change(QueueChange change, Collection<Ulid> ids) throws IOException {
        if (shared != null) {
            return shared.change(change, ids);
        }
        var unknown = new ArrayList<Ulid>();
        for (Ulid id : ids) {
            if (!scheduler.change(id, change)) {
                unknown.add(id);
            }
        }
        return unknown;
    }

    /** Waits until the scheduler responds. */
    public void awaitResponse() throws IOException {
        await(() -> scheduler.entry(Ulid.NONE));
    }

    /** Whether all messages of earlier runs are in the schedule. Does not wait. */
    public boolean isLoaded() {
        return scheduler.isLoaded();
    }

    /** A number that grows whenever the queue changes. Does not wait. */
    public long changes() {
        return scheduler.changes() + (shared == null ? 0 : SharedQueueView.changes());
    }

    /** Why the relay takes no mail now, in one line; null if it is ready. Does not wait. */
    public @Nullable String obstacle() {
        if (!scheduler.isLoaded()) {
            return "the queue is being loaded";
        }
        return switch (queue.admits(0)) {
            case ADMITTED -> null;
            case NO_ROOM -> "the disk is full, or the queue has as many messages as --queue-max allows";
            case FAULT -> queue.isShared() ? "the broker of the queue cannot be reached" : "the spool has a fault";
        };
    }

    /** The results of deliveries. Does not wait. */
    public DeliveryCounters deliveries() {
        return scheduler.counters();
    }

    /** The connections of deliveries. Does not wait. */
    public DeliveryMonitor connections() {
        return monitor;
    }
}
