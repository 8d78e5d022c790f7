// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.HoldTime;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.route.MailRouter;
import dev.boxcar.relay.schedule.status.QueueSnapshot;
import dev.boxcar.relay.schedule.status.QueuedEntry;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows every queued message, and begins an attempt for each when it is due. {@link Attempts} carries attempts out.
 *
 * <p>Promise: every message in the queue is settled, being attempted, held, or in the list of those that are due at
 * some time. Confined to the scheduler's loop.
 */
public final class QueueScheduler implements RelayQueue.Listener, Attempts.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(QueueScheduler.class);
    /** How many attempts may go on at a time: each holds its envelope in memory. */
    private static final int MAX_ACTIVE = 20_000;
    /** After a local fault, such as a full disk, an attempt is made again after this time. */
    private static final Duration AFTER_LOCAL_FAULT = Duration.ofSeconds(30);

    /** After a start with as many messages, memory is given back to the system. */
    private static final int MANY_LOADED = 5_000;

    private static final Duration POLL_WHILE_STOPPING = Duration.ofMillis(20);

    private final EventLoop loop;
    private final RelayQueue queue;
    private final LongSupplier clockMillis;
    private final Duration afterLocalFault;
    private final long longestWaitMillis;
    private final DestinationSet destinations;
    private final Attempts attempts;
    private final Map<Ulid, QueueEntry> entries = new HashMap<>();
    private final DueMessages due;
    /** One text for all loaded messages that wait for the same destination. */
    private final Map<String, String> names = new HashMap<>();

    private final AtomicLong changes = new AtomicLong();
    private volatile boolean isLoaded;
    private int active;
    private boolean stopping;

    /** A scheduler that begins with {@link #open}. */
    public QueueScheduler(
            EventLoop loop,
            RelayQueue queue,
            MailRouter router,
            ConnectionFactory connections,
            ScheduleOptions options) {
        this.loop = loop;
        this.queue = queue;
        this.clockMillis = options.clockMillis();
        this.afterLocalFault = AFTER_LOCAL_FAULT.compareTo(options.retries().min()) < 0
                ? AFTER_LOCAL_FAULT
                : options.retries().min();
        this.longestWaitMillis = options.retries()
                .max()
                .plus(options.retries().max().dividedBy(5))
                .toMillis();
        this.due = new DueMessages(loop, clockMillis, this::beginDue);
        this.destinations = new DestinationSet(loop, connections, options);
        this.attempts = new Attempts(loop, queue, router, destinations, options, this);
    }

    /** Loads the queue and begins to deliver. Any thread. */
    public void open() {
        queue.open(loop, this);
    }

    /**
     * Sends mail by another table from the next attempt on. Pauses end, because the table may have mended what caused
     * them. Any thread.
     */
    public void replaceRouter(MailRouter router) {
        loop.execute(() -> {
            attempts.replaceRouter(router);
            destinations.retryNow();
        });
    }

    // ---- messages

    @Override
    public void queued(Ulid id, @Nullable QueuedMail accepted, @Nullable DeliveryState state) {
        QueueEntry known = entries.get(id);
        if (known != null) {
            known.shownAgain = queue.isShared() ? () -> queued(id, accepted, state) : null;
            return;
        }
        var entry = new QueueEntry(id, state == null ? id.millis() : nextMillis(state));
        entry.held = state != null && state.isHeld();
        if (state != null) {
            entry.tried = state.attempts() > 0;
            entry.destination = names.computeIfAbsent(state.lastHost(), same -> same);
        }
        entries.put(id, entry);
        changes.incrementAndGet();
        if (accepted != null && !stopping && active < MAX_ACTIVE) {
            active++;
            begin(entry, accepted); // its envelope is still in memory
        } else {
            schedule(entry);
        }
    }

    /** If the clock was set back since the last run, the recorded time may be far away. */
    private long nextMillis(DeliveryState state) {
        long next = state.next().toEpochMilli();
        return state.attempts() == 0 ? next : Math.min(next, clockMillis.getAsLong() + longestWaitMillis);
    }

    @Override
    public void loaded() {
        isLoaded = true;
        names.clear();
        LOG.info("queue loaded messages={}", entries.size());
        if (entries.size() >= MANY_LOADED) {
            collectGarbage();
        }
    }

    /** Loading makes several times as much garbage as it keeps, and Java would not give that memory back by itself. */
    private void collectGarbage() {
        try {
            loop.workers().execute(System::gc);
        } catch (RejectedExecutionException e) {
            LOG.debug("too busy to collect garbage");
        }
    }

    private void schedule(QueueEntry entry) {
        if (!entry.held) {
            due.add(entry);
            beginDue();
        }
    }

    /** Begins what is due, and sets the timer for the next message. */
    private void beginDue() {
        if (stopping) {
            return;
        }
        while (active < MAX_ACTIVE) {
            QueueEntry first = due.takeDue();
            if (first == null) {
                due.setTimer();
                return;
            }
            active++;
            begin(first);
        }
        due.stopTimer(); // the end of an attempt begins the next one
    }

    /** Reads the envelope on a worker thread. */
    private void begin(QueueEntry entry) {
        try {
            loop.workers().execute(() -> read(entry));
        } catch (RejectedExecutionException e) {
            loop.execute(() -> tryAgain(entry));
        }
    }

    private void read(QueueEntry entry) {
        QueuedMail mail = null;
        try {
            mail = queue.read(entry.id);
            if (mail != null) {
                requireReadable(mail.envelope());
            }
        } catch (SpoolException | RuntimeException e) {
            LOG.error(
                    "id={} is damaged and is removed from the queue; nobody can be told; what is left of it: {}",
                    entry.id,
                    quarantine(mail),
                    e);
            executeUnlessStopped(() -> conclude(entry, "damaged: its envelope cannot be read"));
            return;
        } catch (IOException e) {
            LOG.error("id={} cannot be read now and is tried again", entry.id, e);
            executeUnlessStopped(() -> tryAgain(entry));
            return;
        }
        QueuedMail readable = mail;
        executeUnlessStopped(() -> begin(entry, readable));
    }

    private static String quarantine(@Nullable QueuedMail damaged) {
        try {
            return damaged == null ? "its bytes on disk" : damaged.quarantine();
        } catch (IOException | RuntimeException e) {
            return "it cannot be copied: " + e;
        }
    }

    /** Reads everything that an attempt reads later, where an exception would be one of the loop. */
    private static void requireReadable(Envelope envelope) {
        envelope.reversePath();
        envelope.recipients();
        TimeLimits.of(envelope, RetrySchedule.DEFAULTS);
        HoldTime.of(envelope, Instant.EPOCH);
        envelope.mail().priority();
    }

    private void executeUnlessStopped(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopped while a message was read");
        }
    }

    private void begin(QueueEntry entry, @Nullable QueuedMail mail) {
        if (mail == null) {
            forget(entry);
            return;
        }
        DeliveryState state = state(entry, mail);
        if (applyChange(entry, state)) {
            return;
        }
        if (state.isHeld()) {
            entry.held = true;
            ended();
            return;
        }
        if (state.isReturned()) {
            attempts.giveBack(entry, mail, state);
            return;
        }
        Instant release = HoldTime.of(mail.envelope(), mail.received());
        if (state.attempts() == 0 && release.toEpochMilli() > clockMillis.getAsLong()) {
            entry.nextMillis = release.toEpochMilli();
            due.add(entry);
            ended();
            return;
        }
        attempts.begin(entry, mail, state);
    }

    private void tryAgain(QueueEntry entry) {
        entry.nextMillis = clockMillis.getAsLong() + afterLocalFault.toMillis();
        entry.attempt = null;
        due.add(entry);
        ended();
    }

    private void forget(QueueEntry entry) {
        remove(entry);
        ended();
    }

    private void remove(QueueEntry entry) {
        entries.remove(entry.id);
        Runnable shownAgain = entry.shownAgain;
        if (shownAgain != null) {
            shownAgain.run();
        }
    }

    private void ended() {
        changes.incrementAndGet();
        active--;
        beginDue();
    }

    // ---- changes by an operator

    /**
     * Changes a message. Any thread; may block, because it may read the message.
     *
     * @return false if there is no such message
     */
    @Override
    public boolean change(Ulid id, QueueChange change) throws IOException {
        QueuedMail mail = queue.read(id);
        if (mail == null) {
            return false;
        }
        loop.execute(() -> change(id, mail, change));
        return true;
    }

    @Override
    public void retryNow() {
        loop.execute(destinations::retryNow);
    }

    private void change(Ulid id, QueuedMail mail, QueueChange change) {
        QueueEntry entry = entries.get(id);
        if (entry == null) {
            return; // settled in the meantime
        }
        if (change == QueueChange.RETRY || change == QueueChange.RELEASE) {
            destinations.retryNow();
        }
        Destination full = entry.postponedAt;
        if (full != null) {
            full.removePostponed(entry);
        } else if (!due.remove(entry) && !entry.held) {
            entry.changed = change; // after this attempt
            return;
        }
        apply(entry, state(entry, mail), change);
    }

    private DeliveryState state(QueueEntry entry, QueuedMail mail) {
        return DeliveryState.orUntried(
                entry.unrecorded != null ? entry.unrecorded : queue.state(entry.id),
                mail.envelope().recipientCount(),
                mail.received());
    }

    /** Applies what an operator has wanted during the attempt; false if that is nothing. */
    private boolean applyChange(QueueEntry entry, DeliveryState state) {
        QueueChange change = entry.changed;
        if (change == null) {
            return false;
        }
        entry.changed = null;
        apply(entry, state, change);
        ended();
        return true;
    }

    private void apply(QueueEntry entry, DeliveryState state, QueueChange change) {
        DeliveryState after = change.apply(state, Instant.ofEpochMilli(clockMillis.getAsLong()));
        LOG.info("id={} changed by an operator: {}", entry.id, change.text());
        changes.incrementAndGet();
        if (after == null) {
            settle(entry, "removed by an operator");
            return;
        }
        entry.held = after.isHeld();
        entry.tried = after.attempts() > 0;
        entry.nextMillis = after.next().toEpochMilli();
        queue.record(entry.id, after, loop, outcome -> {
            if (queue.isShared()) {
                remove(entry);
            } else {
                schedule(entry);
            }
        });
    }

    // ---- results

    @Override
    public void postponed(QueueEntry entry, Destination until) {
        until.postpone(entry);
        ended();
    }

    @Override
    public void givenBack(QueueEntry entry, Destination until, DeliveryState state) {
        if (applyChange(entry, state)) {
            return;
        }
        Instant later = Instant.ofEpochMilli(clockMillis.getAsLong()).plus(until.returnsAfter());
        queue.record(entry.id, state.withNext(later), loop, outcome -> forget(entry));
    }

    @Override
    public void resumed(List<QueueEntry> postponed) {
        due.addAll(postponed); // their time has come already
        beginDue();
    }

    @Override
    public void concluded(QueueEntry entry, @Nullable DeliveryState left, String reason) {
        if (entry.changed != null && left != null) {
            entry.attempt = null;
            applyChange(entry, left);
            return;
        }
        if (left == null) {
            conclude(entry, reason);
        } else {
            queue.record(entry.id, left, loop, outcome -> recorded(entry, left, outcome));
        }
    }

    private void conclude(QueueEntry entry, String reason) {
        entry.attempt = null;
        settle(entry, reason);
        ended();
    }

    /** Removes a message from the queue. While there is no room for that result, it is kept in memory. */
    private void settle(QueueEntry entry, String reason) {
        queue.settle(entry.id, reason, loop, outcome -> {
            if (outcome == CommitOutcome.NO_ROOM && !stopping) {
                LOG.error("id={} there is no room for the result; it is written later", entry.id);
                loop.schedule(afterLocalFault, () -> settle(entry, reason));
                return;
            }
            if (outcome != CommitOutcome.STORED) {
                LOG.error("id={} the result cannot be stored, the message may be delivered again", entry.id);
            }
            remove(entry);
        });
    }

    private void recorded(QueueEntry entry, DeliveryState left, CommitOutcome outcome) {
        if (queue.isShared()) { // it was given back; after a fault, too, because then the connection is lost
            forget(entry);
            return;
        }
        entry.unrecorded = outcome == CommitOutcome.STORED ? null : left;
        if (outcome != CommitOutcome.STORED) {
            LOG.error("id={} the result cannot be stored now, and is kept in memory", entry.id);
        }
        entry.attempt = null;
        entry.tried = true;
        entry.nextMillis = left.next().toEpochMilli();
        due.add(entry);
        ended();
    }

    // ---- what others see

    /** The queue now. Any thread. */
    public CompletableFuture<QueueSnapshot> snapshot() {
        return CompletableFuture.supplyAsync(() -> inspection().snapshot(destinations), loop);
    }

    /** The first messages after this id that match, in the order of acceptance. Any thread. */
    public CompletableFuture<List<QueuedEntry>> page(Ulid after, int limit, Predicate<QueuedEntry> filter) {
        return CompletableFuture.supplyAsync(() -> inspection().page(after, limit, filter), loop);
    }

    private QueueInspection inspection() {
        return new QueueInspection(entries.values(), clockMillis.getAsLong());
    }

    /** The message with this id; empty if it is not queued. Any thread. */
    public CompletableFuture<Optional<QueuedEntry>> entry(Ulid id) {
        return CompletableFuture.supplyAsync(
                () -> Optional.ofNullable(entries.get(id)).map(entry -> entry.seen(clockMillis.getAsLong())), loop);
    }

    /** A number that grows whenever the queue changes. Any thread. */
    public long changes() {
        return changes.get();
    }

    /** Whether all messages of earlier runs are in the schedule. Any thread. */
    public boolean isLoaded() {
        return isLoaded;
    }

    /** The results of attempts. Any thread. */
    public DeliveryCounters counters() {
        return attempts.counters();
    }

    // ---- end

    /** Begins no more attempts, and calls {@code done} once those that go on have ended. Any thread. */
    public void stop(Runnable done) {
        loop.execute(() -> {
            stopping = true;
            destinations.stop();
            awaitDeliveries(done);
        });
    }

    private void awaitDeliveries(Runnable done) {
        if (destinations.inDelivery() == 0) {
            done.run();
        } else {
            loop.schedule(POLL_WHILE_STOPPING, () -> awaitDeliveries(done));
        }
    }

    /** How many messages are in the queue. */
    public int size() {
        return entries.size();
    }
}
