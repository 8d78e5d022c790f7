// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Timer;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.HoldTime;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.route.MailRouter;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
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

    private static final Duration POLL_WHILE_STOPPING = Duration.ofMillis(20);

    private final EventLoop loop;
    private final RelayQueue queue;
    private final LongSupplier clockMillis;
    private final DestinationSet destinations;
    private final Attempts attempts;
    private final Map<Ulid, QueueEntry> entries = new HashMap<>();
    private final PriorityQueue<QueueEntry> due = new PriorityQueue<>();
    private @Nullable Timer timer;
    private int active;
    private boolean stopping;

    /**
     * A scheduler that begins with {@link #open}.
     *
     * @param clockMillis milliseconds since 1970
     */
    public QueueScheduler(
            EventLoop loop,
            RelayQueue queue,
            MailRouter router,
            ConnectionFactory connections,
            ScheduleOptions options,
            LongSupplier clockMillis) {
        this.loop = loop;
        this.queue = queue;
        this.clockMillis = clockMillis;
        this.destinations = new DestinationSet(loop, connections, options);
        this.attempts = new Attempts(loop, queue, router, destinations, options, clockMillis, this);
    }

    /** Loads the queue and begins to deliver. Any thread. */
    public void open() {
        queue.open(loop, this);
    }

    /** Sends mail by another table from the next attempt on. Any thread. */
    public void replaceRouter(MailRouter router) {
        loop.execute(() -> attempts.replaceRouter(router));
    }

    // ---- messages

    @Override
    public void queued(Ulid id, @Nullable Envelope envelope, @Nullable DeliveryState state) {
        if (entries.containsKey(id)) {
            return;
        }
        var entry =
                new QueueEntry(id, state == null ? id.millis() : state.next().toEpochMilli());
        entry.held = state != null && state.isHeld();
        entries.put(id, entry);
        entry.accepted = envelope == null ? null : new NewMail(queue, id, envelope);
        schedule(entry);
        entry.accepted = null; // an attempt that cannot begin at once reads the envelope again
    }

    @Override
    public void loaded() {
        LOG.info("queue loaded messages={}", entries.size());
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
        long now = clockMillis.getAsLong();
        QueueEntry first = due.peek();
        while (first != null && first.nextMillis <= now && active < MAX_ACTIVE) {
            due.remove();
            active++;
            begin(first);
            first = due.peek();
        }
        if (timer != null) {
            timer.cancel();
        }
        if (first != null && active < MAX_ACTIVE) {
            timer = loop.schedule(Duration.ofMillis(Math.max(1, first.nextMillis - now)), this::beginDue);
        }
    }

    /** Reads the envelope on a worker thread, unless it is in memory. */
    private void begin(QueueEntry entry) {
        NewMail accepted = entry.accepted;
        if (accepted != null) {
            entry.accepted = null;
            read(entry, accepted);
            return;
        }
        try {
            loop.workers().execute(() -> read(entry));
        } catch (RejectedExecutionException e) {
            loop.execute(() -> tryAgain(entry));
        }
    }

    private void read(QueueEntry entry) {
        QueuedMail mail;
        try {
            mail = queue.read(entry.id);
        } catch (IOException | RuntimeException e) {
            LOG.error("id={} the message cannot be read and is held", entry.id, e);
            executeUnlessStopped(() -> quarantine(entry, String.valueOf(e.getMessage())));
            return;
        }
        executeUnlessStopped(() -> read(entry, mail));
    }

    private void executeUnlessStopped(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopped while a message was read");
        }
    }

    private void read(QueueEntry entry, @Nullable QueuedMail mail) {
        if (mail == null) {
            forget(entry);
            return;
        }
        DeliveryState state = queue.state(entry.id);
        if (state == null) {
            state = DeliveryState.untried(mail.envelope().recipientCount(), mail.received());
        }
        QueueChange change = entry.changed;
        if (change != null) {
            entry.changed = null;
            apply(entry, state, change);
            ended();
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

    /** A message that cannot be read is held, so that an operator can look at it; all others go on. */
    private void quarantine(QueueEntry entry, String reason) {
        entry.held = true;
        DeliveryState state = queue.state(entry.id);
        DeliveryState held = (state == null
                        ? DeliveryState.untried(0, Instant.ofEpochMilli(clockMillis.getAsLong()))
                        : state)
                .held()
                .afterAttempt(Instant.ofEpochMilli(entry.nextMillis), "the message cannot be read: " + reason);
        queue.record(entry.id, held, Runnable::run, outcome -> {});
        ended();
    }

    private void tryAgain(QueueEntry entry) {
        entry.nextMillis = clockMillis.getAsLong() + AFTER_LOCAL_FAULT.toMillis();
        entry.attempt = null;
        due.add(entry);
        ended();
    }

    private void forget(QueueEntry entry) {
        entries.remove(entry.id);
        ended();
    }

    private void ended() {
        active--;
        beginDue();
    }

    // ---- changes by an operator

    /**
     * Changes a message. Any thread; may block, because it may read the message.
     *
     * @return false if there is no such message
     */
    public boolean change(Ulid id, QueueChange change) throws IOException {
        QueuedMail mail = queue.read(id);
        if (mail == null) {
            return false;
        }
        loop.execute(() -> change(id, mail, change));
        return true;
    }

    private void change(Ulid id, QueuedMail mail, QueueChange change) {
        QueueEntry entry = entries.get(id);
        if (entry == null) {
            return; // settled in the meantime
        }
        if (change == QueueChange.RETRY || change == QueueChange.RELEASE) {
            destinations.retryNow();
        }
        if (!due.remove(entry) && !entry.held) {
            entry.changed = change; // after this attempt
            return;
        }
        DeliveryState state = queue.state(id);
        if (state == null) {
            state = DeliveryState.untried(mail.envelope().recipientCount(), mail.received());
        }
        apply(entry, state, change);
    }

    private void apply(QueueEntry entry, DeliveryState state, QueueChange change) {
        DeliveryState after = change.apply(state, Instant.ofEpochMilli(clockMillis.getAsLong()));
        LOG.info("id={} changed by an operator: {}", entry.id, change.text());
        if (after == null) {
            queue.settle(entry.id, "removed by an operator", loop, outcome -> {});
            entries.remove(entry.id);
            return;
        }
        entry.held = after.isHeld();
        entry.nextMillis = after.next().toEpochMilli();
        queue.record(entry.id, after, loop, outcome -> schedule(entry));
    }

    // ---- results

    @Override
    public void postponed(QueueEntry entry, Destination until) {
        until.postpone(entry);
        ended();
    }

    @Override
    public void resumed(List<QueueEntry> postponed) {
        due.addAll(postponed); // their time has come already
        beginDue();
    }

    @Override
    public void concluded(QueueEntry entry, @Nullable DeliveryState left, String reason) {
        QueueChange change = entry.changed;
        if (change != null && left != null) {
            entry.changed = null;
            entry.attempt = null;
            apply(entry, left, change);
            ended();
            return;
        }
        if (left == null) {
            queue.settle(entry.id, reason, loop, outcome -> settled(entry, outcome));
        } else {
            queue.record(entry.id, left, loop, outcome -> recorded(entry, left, outcome));
        }
    }

    private void settled(QueueEntry entry, CommitOutcome outcome) {
        if (outcome != CommitOutcome.STORED) {
            LOG.error("id={} the result cannot be stored, the message may be delivered again", entry.id);
        }
        forget(entry);
    }

    private void recorded(QueueEntry entry, DeliveryState left, CommitOutcome outcome) {
        if (outcome != CommitOutcome.STORED) {
            LOG.error("id={} the result cannot be stored", entry.id);
        }
        entry.attempt = null;
        entry.nextMillis = left.next().toEpochMilli();
        due.add(entry);
        ended();
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
