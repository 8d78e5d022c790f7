// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.UlidGenerator;
import dev.boxcar.spool.Urgency;
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

/**
 * A spool that forgets everything when it is closed, and evicts the oldest messages when it is full.
 *
 * <p>Promise: it never has more than {@code capacityBytes} of messages. In addition, the space of removed messages
 * takes at most about a third of that. If it takes more, the messages next to them are moved to another array
 * ({@link ArenaAllocator}), and the space becomes free. Followers see an evicted message as DONE with the reason
 * {@value #EVICTED}.
 *
 * <p>Threads: it has no thread of its own. A thread that appends also commits, together with the records that other
 * threads append in the meantime. No thread waits for another. One thread at a time commits; that is the "committing
 * thread" of {@link Spool}.
 */
public final class MemorySpool implements Spool {
    /** The usual capacity. */
    public static final long DEFAULT_BYTES = 256L * 1024 * 1024;

    /** The reason in the DONE of an evicted message. */
    public static final String EVICTED = "evicted";

    private static final long MIN_SLAB_BYTES = 1024 * 1024;

    private final CommitQueue queue = new CommitQueue();
    private final AtomicInteger commitCalls = new AtomicInteger();
    private final Followers followers = new Followers();
    private final SpoolCounters counters = new SpoolCounters();
    private final UlidGenerator ids = new UlidGenerator(System::currentTimeMillis);
    private final SlabPool slabs;
    private final InMemoryMessages messages;
    private final MemoryWriter writer;
    private final long capacityBytes;
    private final ArrayList<QueuedItem> batch = new ArrayList<>();
    private final ArrayList<PendingRecord> group = new ArrayList<>();
    private volatile boolean closed;

    /**
     * A spool of at most {@code capacityBytes} of messages. Incoming bodies take as much again, but at most a quarter
     * of the heap.
     */
    public MemorySpool(long capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.messages = new InMemoryMessages(capacityBytes);
        this.writer = new MemoryWriter(messages, followers, counters, capacityBytes);
        this.slabs = new SlabPool(Math.max(MIN_SLAB_BYTES, Math.min(capacityBytes, quarterOfHeap())));
    }

    /**
     * {@link #DEFAULT_BYTES}, or a quarter of the heap if that is less. The rest of the heap is for incoming bodies and
     * for the space of removed messages.
     */
    public static long capacityThatFits() {
        return Math.min(DEFAULT_BYTES, quarterOfHeap());
    }

    private static long quarterOfHeap() {
        return Runtime.getRuntime().maxMemory() / 4;
    }

    @Override
    public long maxMessageBytes() {
        return Math.min(slabs.maxMessageBytes(), capacityBytes / 2);
    }

    @Override
    public Admission admits(long bytes) {
        if (closed) {
            return Admission.FAULT;
        }
        return bytes <= capacityBytes && slabs.hasRoomFor(bytes) ? Admission.ADMITTED : Admission.NO_ROOM;
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
    public void append(Ulid id, Envelope envelope, IncomingBody incoming, Executor executor, CommitCallback callback) {
        var body = (SlabBody) incoming;
        if (body.isDiscarded() || InMemoryMessages.sizeOf(envelope.length(), body.length()) > capacityBytes) {
            counters.countRefused(1);
            body.release();
            executor.execute(() -> callback.complete(CommitOutcome.NO_ROOM));
            return;
        }
        put(PendingRecord.message(id, envelope, body, executor, callback));
    }

    @Override
    public void putState(
            Ulid id,
            String namespace,
            KeyValueText state,
            Urgency urgency,
            Executor executor,
            CommitCallback callback) {
        put(PendingRecord.state(id, namespace, state, executor, callback).withUrgency(urgency));
    }

    @Override
    public void markDone(Ulid id, String reason, Urgency urgency, Executor executor, CommitCallback callback) {
        put(PendingRecord.done(id, reason, executor, callback).withUrgency(urgency));
    }

    @Override
    public void follow(long fromSequence, Follower follower) {
        queue.put(new QueuedTask(() -> {
            messages.records(fromSequence).forEach(record -> Followers.show(follower, record));
            Followers.caughtUp(follower);
            followers.add(follower);
        }));
        commit();
    }

    private void put(PendingRecord record) {
        if (queue.put(record)) {
            commit();
        } else {
            counters.countRefused(1);
            record.release();
            record.reject(CommitOutcome.FAULT);
        }
    }

    /** Commits everything queued. If another thread is committing, that thread does it instead. */
    private void commit() {
        if (commitCalls.getAndIncrement() != 0) {
            return;
        }
        int handled = 1;
        do {
            batch.clear();
            queue.takeAll(batch);
            for (QueuedItem item : batch) {
                if (item instanceof PendingRecord record) {
                    writer.store(record);
                    group.add(record);
                } else if (item instanceof QueuedTask task) {
                    complete();
                    task.run();
                }
            }
            complete();
            handled = commitCalls.addAndGet(-handled);
        } while (handled != 0);
    }

    private void complete() {
        if (group.isEmpty()) {
            return;
        }
        counters.countBatch();
        for (PendingRecord record : group) {
            record.release();
            queue.remove(record);
        }
        Completions.complete(group);
        group.clear();
    }

    @Override
    public @Nullable SpoolRecord find(Ulid id) {
        return messages.find(id);
    }

    @Override
    public List<Ulid> ids() {
        return messages.ids();
    }

    @Override
    public Map<String, KeyValueText> states(Ulid id) {
        return messages.states(id);
    }

    @Override
    public SpoolStatistics statistics() {
        return counters.snapshot(messages.size(), queue.messages(), slabs.usedBytes());
    }

    @Override
    public void close() {
        closed = true;
        queue.put(new QueuedTask(() -> {
            var late = new ArrayList<QueuedItem>();
            queue.close(late);
            for (QueuedItem item : late) {
                if (item instanceof PendingRecord record) {
                    writer.store(record);
                    group.add(record);
                }
            }
        }));
        commit();
    }
}
