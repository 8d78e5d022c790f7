// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.commit.Followers;
import dev.boxcar.spool.commit.PendingRecord;
import dev.boxcar.spool.commit.SpoolCounters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores records in the messages of a {@link MemorySpool}, evicts the oldest messages when they are full, and shows
 * both to the followers. Confined to the committing thread.
 */
final class MemoryWriter {
    /** In the log, the spool reports what it drops. */
    private static final Logger LOG = LoggerFactory.getLogger(MemorySpool.class);

    private static final KeyValueText EVICTION = KeyValueText.of(KeyValueText.REASON, MemorySpool.EVICTED);

    /**
     * A message of this size or more stays in the slabs that it was received in, because it leaves little of them
     * unused.
     */
    private static final long LARGE_BYTES = 1024 * 1024;

    private final InMemoryMessages messages;
    private final Followers followers;
    private final SpoolCounters counters;
    private final long capacityBytes;
    private long sequence;
    private long evicted;
    private long nextReport = 1;

    MemoryWriter(InMemoryMessages messages, Followers followers, SpoolCounters counters, long capacityBytes) {
        this.messages = messages;
        this.followers = followers;
        this.counters = counters;
        this.capacityBytes = capacityBytes;
    }

    /** Stores a record and makes room for it. The record's outcome is set; its callback is not called yet. */
    void store(PendingRecord record) {
        try {
            switch (record.type()) {
                case MESSAGE, BLOB -> {
                    long bytes = InMemoryMessages.sizeOf(record.textLength(), record.bodyLength());
                    evict(bytes);
                    InMemoryRecord message = messageOf(record, sequence + 1);
                    messages.addMessage(message, bytes);
                    show(record, message);
                }
                case STATE -> {
                    InMemoryRecord state =
                            InMemoryRecord.ofText(RecordType.STATE, record.id(), sequence + 1, record.text());
                    messages.addState(state);
                    show(record, state);
                }
                case DONE -> {
                    messages.remove(record.id());
                    record.setSequence(++sequence);
                    followers.show(record);
                }
                case MARK, SEAL -> throw new IllegalStateException("never queued: " + record.type());
            }
            evict(0); // states take memory, too
            counters.countStored(record);
            record.finish(CommitOutcome.STORED);
        } catch (OutOfMemoryError e) {
            LOG.warn("event=out-of-memory id={} octets={}", record.id(), record.bodyLength());
            counters.countRefused(1);
            record.finish(CommitOutcome.NO_ROOM);
        }
    }

    private InMemoryRecord messageOf(PendingRecord record, long number) {
        SlabBody body = record.slabs();
        return body == null || body.length() < LARGE_BYTES
                ? InMemoryRecord.copyOf(record.id(), number, record.envelope(), body, messages.arenas())
                : InMemoryRecord.inSlabs(record.id(), number, record.envelope(), body, messages.arenas());
    }

    private void show(PendingRecord record, InMemoryRecord stored) {
        sequence = stored.sequence();
        record.setSequence(sequence);
        followers.show(stored);
    }

    private void evict(long bytes) {
        for (Ulid oldest = messages.nextToEvict(bytes); oldest != null; oldest = messages.nextToEvict(bytes)) {
            messages.remove(oldest);
            counters.countDropped();
            followers.show(InMemoryRecord.ofText(RecordType.DONE, oldest, ++sequence, EVICTION));
            reportEviction(oldest);
        }
    }

    /** Logs the first evicted message, the tenth, the hundredth and so on: a full spool evicts one for each new one. */
    private void reportEviction(Ulid id) {
        evicted++;
        if (evicted == nextReport) {
            nextReport *= 10;
            LOG.warn(
                    "dropped id={} evicted={} limit-bytes={} reason=\"memory is full, so the oldest messages make room\"",
                    id,
                    evicted,
                    capacityBytes);
        }
    }
}
