// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.queue.QueuedMessage.Waiting;
import dev.boxcar.relay.control.ControlClient;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueueTotals;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue in a spool. It is read as it is, also while a relay uses it. A relay that runs is asked to change messages;
 * otherwise they are changed in the spool. Messages are passed in the order of acceptance.
 */
final class SpoolAdministration implements QueueAdministration {
    /** Few enough that the relay answers each request at once. */
    private static final int IDS_PER_REQUEST = 1_000;

    private final Path spool;
    private final Disk disk;
    private final Map<String, String> environment;
    private final Consumer<String> complaints;

    /**
     * The queue of this spool.
     *
     * @param complaints receives a line about each damaged message
     */
    SpoolAdministration(Path spool, Map<String, String> environment, Consumer<String> complaints) {
        this(spool, Disk.LOCAL, environment, complaints);
    }

    SpoolAdministration(Path spool, Disk disk, Map<String, String> environment, Consumer<String> complaints) {
        this.spool = spool;
        this.disk = disk;
        this.environment = environment;
        this.complaints = complaints;
    }

    @Override
    public void forEach(Consumer<ListedMail> each) throws IOException {
        try (var reader = SpoolReader.open(spool)) {
            for (Ulid id : reader.ids()) {
                ListedMail mail = reader.isLeftOut(id) ? null : mail(reader, id);
                if (mail != null) {
                    each.accept(mail);
                }
            }
        }
    }

    @Override
    public @Nullable ListedMail find(Ulid id) throws IOException {
        try (var reader = SpoolReader.open(spool)) {
            return reader.isLeftOut(id) ? null : mail(reader, id);
        }
    }

    /** The message; null if it is settled, or damaged, which is said. */
    private @Nullable ListedMail mail(SpoolReader reader, Ulid id) throws IOException {
        try {
            SpoolRecord record = reader.find(id);
            if (record == null || !record.type().isMessage()) {
                return null;
            }
            Envelope envelope = record.envelope();
            Instant received = record.received(envelope);
            KeyValueText text = reader.states(id).get(SpoolRelayQueue.NAMESPACE);
            DeliveryState state = DeliveryState.orUntried(
                    text == null ? null : DeliveryState.parse(text), envelope.recipientCount(), received);
            return new ListedMail(id, envelope, received, record.bodyLength(), state, false);
        } catch (SpoolException | RuntimeException e) {
            complaints.accept("message " + id + " is damaged: " + e.getMessage());
            return null;
        }
    }

    @Override
    public List<Ulid> change(QueueChange change, Collection<Ulid> ids) throws IOException {
        var all = List.copyOf(ids);
        var unknown = new ArrayList<Ulid>();
        for (int from = 0; from < all.size(); from += IDS_PER_REQUEST) {
            List<Ulid> some = all.subList(from, Math.min(all.size(), from + IDS_PER_REQUEST));
            ControlClient running = RunningRelay.connect(spool, environment);
            if (running == null) {
                unknown.addAll(changeInSpool(change, all.subList(from, all.size())));
                return unknown;
            }
            try (running) {
                unknown.addAll(running.change(change, some));
            }
        }
        return unknown;
    }

    private List<Ulid> changeInSpool(QueueChange change, List<Ulid> ids) throws IOException {
        var unknown = new ArrayList<Ulid>();
        var stored = new AtomicReference<>(CommitOutcome.STORED);
        try (SegmentSpool opened = SegmentSpool.open(spool, SpoolRelayQueue.SPOOL_OPTIONS, cause -> {}, disk)) {
            var queue = new SpoolRelayQueue(opened, Integer.MAX_VALUE);
            for (Ulid id : ids) {
                QueuedMail mail = queue.read(id);
                if (mail == null) {
                    unknown.add(id);
                } else {
                    change(queue, id, mail, change, outcome -> stored.compareAndSet(CommitOutcome.STORED, outcome));
                }
            }
        } finally { // closing the spool has forced everything
            restoreOwner();
        }
        if (stored.get() != CommitOutcome.STORED) {
            throw new IOException("not every message was changed: "
                    + (stored.get() == CommitOutcome.NO_ROOM ? "the disk is full" : "the spool could not be written"));
        }
        return unknown;
    }

    /** The mail was changed in any case. */
    private void restoreOwner() {
        try {
            SpoolOwner.restore(spool);
        } catch (IOException e) {
            complaints.accept(
                    "the files of " + spool + " could not be given to the user of the relay, which may be unable"
                            + " to read them: " + e.getMessage());
        }
    }

    private static void change(
            SpoolRelayQueue queue, Ulid id, QueuedMail mail, QueueChange change, CommitCallback callback) {
        DeliveryState state =
                DeliveryState.orUntried(queue.state(id), mail.envelope().recipientCount(), mail.received());
        DeliveryState after = change.apply(state, Instant.now());
        if (after == null) {
            queue.settle(id, "removed by an operator", Runnable::run, callback);
        } else {
            queue.record(id, after, Runnable::run, callback);
        }
    }

    @Override
    public QueueTotals totals() throws IOException {
        var counts = new Counts();
        forEach(counts::add);
        return counts.totals();
    }

    /** Counts messages. */
    private static final class Counts {
        private final Map<Waiting, Integer> messages = new EnumMap<>(Waiting.class);
        private final Map<String, Integer> byHost = new HashMap<>();
        private long oldestMillis;

        void add(ListedMail mail) {
            Waiting waiting = QueuedMessage.of(mail).waiting();
            messages.merge(waiting, 1, Integer::sum);
            if (waiting != Waiting.ACTIVE) {
                byHost.merge(mail.state().lastHost(), 1, Integer::sum);
            }
            long received = mail.received().toEpochMilli();
            oldestMillis = oldestMillis == 0 ? received : Math.min(oldestMillis, received);
        }

        QueueTotals totals() {
            return new QueueTotals(
                    count(Waiting.ACTIVE),
                    count(Waiting.DEFERRED),
                    count(Waiting.SCHEDULED),
                    count(Waiting.HELD),
                    oldestMillis,
                    byHost);
        }

        private int count(Waiting waiting) {
            return messages.getOrDefault(waiting, 0);
        }
    }

    @Override
    public void close() {
        // each call opens the spool
    }
}
