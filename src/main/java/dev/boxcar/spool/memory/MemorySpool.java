// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.RecordText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.UlidGenerator;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.body.SlabPool;
import dev.boxcar.spool.commit.CommitQueue;
import dev.boxcar.spool.commit.Completions;
import dev.boxcar.spool.commit.Followers;
import dev.boxcar.spool.commit.PendingRecord;
import dev.boxcar.spool.commit.QueuedItem;
import dev.boxcar.spool.commit.QueuedTask;
import dev.boxcar.spool.commit.SpoolCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A spool that forgets everything when it is closed, and the oldest messages when it is full.
 *
 * <p>Promise: never more than {@code capacityBytes} of messages; what has gone from among others keeps room for about a
 * third of that, until they are moved together ({@link ArenaAllocator}). The oldest go first; followers see them go, as DONE
 * with the reason {@value #EVICTED}.
 *
 * <p>Threads: it has none. Whoever appends commits, together with what others append meanwhile; nobody waits for
 * anybody. One thread at a time commits, and "the thread that commits" of {@link Spool} is that one.
 */
public final class MemorySpool implements Spool {
    /** What most callers want. */
    public static final long DEFAULT_BYTES = 256L * 1024 * 1024;

    /**
     * {@link #DEFAULT_BYTES}, or a quarter of the heap where that is less: the rest is for what is on its way, and for
     * room on shelves that was left.
     */
    public static long capacityThatFits() {
        return Math.min(DEFAULT_BYTES, Runtime.getRuntime().maxMemory() / 4);
    }

    /** The reason of DONE for a message that had to make room. */
    public static final String EVICTED = "evicted";

    private static final Logger LOG = LoggerFactory.getLogger(MemorySpool.class);
    private static final Envelope EVICTION = RecordText.reason(EVICTED);

    /**
     * A message of at least so many bytes stays in the slabs that it came in: the part of them that it leaves empty is
     * small.
     */
    private static final long LARGE_BYTES = 1024 * 1024;

    private final CommitQueue queue = new CommitQueue();
    private final AtomicInteger calls = new AtomicInteger();
    private final Followers followers = new Followers();
    private final SpoolCounters counters = new SpoolCounters();
    private final UlidGenerator ids = new UlidGenerator(System::currentTimeMillis);
    private final SlabPool slabs;
    private final InMemoryMessages memory;
    private final long capacityBytes;
    private final ArrayList<QueuedItem> batch = new ArrayList<>();
    private final ArrayList<PendingRecord> group = new ArrayList<>();
    private long sequence;
    private volatile boolean closed;

    /**
     * A spool of at most {@code capacityBytes} of messages, and as much again (of a quarter of the heap at most) on
     * their way in.
     */
    public MemorySpool(long capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.memory = new InMemoryMessages(capacityBytes);
        this.slabs = new SlabPool(Math.max(
                1024 * 1024, Math.min(capacityBytes, Runtime.getRuntime().maxMemory() / 4)));
    }

    @Override
    public long largestMessage() {
        return Math.min(slabs.largest(), capacityBytes / 2);
    }

    @Override
    public Admission admits(long bytes) {
        if (closed) {
            return Admission.FAULT;
        }
        return bytes <= capacityBytes && slabs.holds(bytes) ? Admission.ADMITTED : Admission.NO_ROOM;
    }

    @Override
    public Ulid newId() {
        return ids.next();
    }

    @Override
    public IncomingBody newBody(Ulid id) {
        return new SlabBody(slabs);
    }

    @Override
    public void append(Ulid id, Envelope envelope, IncomingBody incoming, Executor executor, CommitCallback done) {
        var body = (SlabBody) incoming;
        if (body.isDiscarded() || InMemoryMessages.bytesOf(envelope, body.length()) > capacityBytes) {
            counters.refused.increment();
            body.release();
            executor.execute(() -> done.complete(CommitOutcome.NO_ROOM));
            return;
        }
        put(new PendingRecord(RecordType.MESSAGE, id, envelope, body, executor, done));
    }

    @Override
    public void state(Ulid id, String namespace, Map<String, String> values, Executor executor, CommitCallback done) {
        put(new PendingRecord(RecordType.STATE, id, RecordText.state(namespace, values), null, executor, done));
    }

    @Override
    public void done(Ulid id, String reason, Executor executor, CommitCallback done) {
        put(new PendingRecord(RecordType.DONE, id, RecordText.reason(reason), null, executor, done));
    }

    @Override
    public void follow(long fromSequence, Follower follower) {
        queue.put(new QueuedTask(() -> {
            memory.past(fromSequence).forEach(record -> Followers.tell(follower, record));
            Followers.caughtUp(follower);
            followers.add(follower);
        }));
        commit();
    }

    private void put(PendingRecord record) {
        if (queue.put(record)) {
            commit();
        } else {
            counters.refused.increment();
            record.release();
            record.executor.execute(() -> record.done.complete(CommitOutcome.FAULT));
        }
    }

    /** Commits all that waits, unless somebody is at it: then that one does. */
    private void commit() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            batch.clear();
            queue.takeAll(batch);
            for (QueuedItem item : batch) {
                if (item instanceof PendingRecord record) {
                    store(record);
                } else if (item instanceof QueuedTask turn) {
                    complete();
                    turn.task.run();
                }
            }
            complete();
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private void store(PendingRecord record) {
        try {
            switch (record.type()) {
                case MESSAGE, BLOB -> {
                    long bytes = InMemoryMessages.bytesOf(record.text(), record.bodyLength());
                    evict(bytes);
                    InMemoryRecord message = kept(record, sequence + 1);
                    memory.addMessage(message, bytes);
                    tell(record, message);
                }
                case STATE -> {
                    InMemoryRecord state = InMemoryRecord.lines(RecordType.STATE, record.id(), sequence + 1, record.text());
                    memory.addState(state);
                    tell(record, state);
                }
                case DONE -> {
                    memory.remove(record.id());
                    record.sequence = ++sequence;
                    followers.tell(record);
                }
                case MARK, SEAL -> throw new IllegalStateException("never queued: " + record.type());
            }
            evict(0); // states take room too
            counters.stored(record);
            record.outcome = CommitOutcome.STORED;
        } catch (OutOfMemoryError e) {
            LOG.warn("event=out-of-memory id={} octets={}", record.id(), record.bodyLength());
            counters.refused.increment();
            record.outcome = CommitOutcome.NO_ROOM;
        }
        group.add(record);
    }

    private InMemoryRecord kept(PendingRecord record, long sequence) {
        SlabBody body = record.slabs();
        return body == null || body.length() < LARGE_BYTES
                ? InMemoryRecord.copy(record.id(), sequence, record.text(), body, memory.shelves())
                : InMemoryRecord.inSlabs(record.id(), sequence, record.text(), body, memory.shelves());
    }

    private void tell(PendingRecord record, InMemoryRecord kept) {
        sequence = kept.sequence();
        record.sequence = sequence;
        followers.tell(kept);
    }

    private void evict(long bytes) {
        for (Ulid oldest = memory.mustGo(bytes); oldest != null; oldest = memory.mustGo(bytes)) {
            memory.remove(oldest);
            counters.dropped.increment();
            followers.tell(InMemoryRecord.lines(RecordType.DONE, oldest, ++sequence, EVICTION));
        }
    }

    private void complete() {
        if (group.isEmpty()) {
            return;
        }
        counters.batches.increment();
        for (PendingRecord record : group) {
            record.release();
            queue.leave(record);
        }
        Completions.complete(group);
        group.clear();
    }

    @Override
    public @Nullable SpoolRecord find(Ulid id) {
        return memory.find(id);
    }

    @Override
    public List<Ulid> ids() {
        return memory.ids();
    }

    @Override
    public Map<String, Envelope> states(Ulid id) {
        return memory.states(id);
    }

    @Override
    public SpoolStatistics statistics() {
        return counters.snapshot(memory.size(), queue.messages(), slabs.usedBytes());
    }

    @Override
    public void close() {
        closed = true;
        queue.put(new QueuedTask(() -> {
            var late = new ArrayList<QueuedItem>();
            queue.close(late);
            for (QueuedItem item : late) {
                if (item instanceof PendingRecord record) {
                    store(record);
                }
            }
        }));
        commit();
    }
}
