// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which messages exist, where they are, their latest states, and which records are still needed.
 *
 * <p>Promise: until {@link #settle}, records may be added in any order. A message whose DONE is known is never found.
 * Of two states in one namespace the one with the higher sequence number counts. A state or a DONE with a lower
 * sequence number than its message has no effect.
 *
 * <p>A DONE is needed as long as any segment has a copy of its message, because without it the message would come back.
 * If a part of the spool is missing, every DONE is needed, and every state whose message is not there.
 *
 * <p>Any thread reads without waiting. The writer and compaction change the index, under a lock that is held for one
 * record at a time.
 */
public final class SpoolIndex {
    private final ConcurrentHashMap<Ulid, RecordLocation> messages = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Ulid, Map<String, MessageState>> states = new ConcurrentHashMap<>();
    private final HashMap<Ulid, Tombstone> tombstones = new HashMap<>();
    /**
     * The number of copies of a message in the segments, not counting the first. Extra copies exist if a compaction was
     * interrupted.
     */
    private final HashMap<Ulid, Integer> extraCopies = new HashMap<>();

    private final StatePacker packer = new StatePacker();
    private final SegmentUsage usage = new SegmentUsage();
    /** Messages whose blob is missing: not found, but their records are kept in case the file comes back. */
    private final HashMap<Ulid, RecordLocation> lost = new HashMap<>();

    private final ConcurrentLinkedQueue<IndexedRecord> deadBlobs = new ConcurrentLinkedQueue<>();
    private boolean settled;

    /** Whether all stored records could be read. */
    public enum Completeness {
        /** All records were read. */
        COMPLETE,
        /**
         * A segment is missing, or records are damaged. Messages in them may come back later. Until then the index may
         * know only the states of such messages, or that they are done.
         */
        INCOMPLETE
    }

    // adding records

    public synchronized void addMessage(Ulid id, RecordLocation location) {
        Tombstone tombstone = tombstones.get(id);
        if (tombstone != null && tombstone.done.sequence() > location.sequence()) {
            tombstone.copies++;
            return;
        }
        if (tombstone != null) { // the DONE is from before the message
            usage.subtract(tombstone.done);
            tombstones.remove(id);
        }
        RecordLocation earlier = messages.put(id, location);
        usage.add(location);
        if (earlier != null) {
            usage.subtract(earlier);
            extraCopies.merge(id, 1, Integer::sum);
        }
    }

    /** Adds the state of a message. Once settled, ignores it if the message does not exist. */
    public void addState(Ulid id, RecordLocation location, KeyValueText text) {
        String namespace = text.first(KeyValueText.NAMESPACE);
        if (namespace != null) {
            addState(id, namespace, packer.pack(location, text));
        }
    }

    private synchronized void addState(Ulid id, String namespace, MessageState state) {
        if (settled && !messages.containsKey(id)) {
            return;
        }
        RecordLocation location = state.location();
        var changed = new TreeMap<>(states.getOrDefault(id, Map.of()));
        MessageState earlier = changed.get(namespace);
        if (earlier != null && earlier.location().sequence() > location.sequence()) {
            return;
        }
        changed.put(namespace.intern(), state); // a few names, in every message
        states.put(id, Map.copyOf(changed));
        usage.add(location);
        if (earlier != null) {
            usage.subtract(earlier.location());
        }
    }

    /** Notes that a message is done. */
    public synchronized void addDone(Ulid id, RecordLocation done) {
        RecordLocation message = messages.getOrDefault(id, lost.get(id));
        Tombstone tombstone = tombstones.get(id);
        if ((message != null && message.sequence() > done.sequence())
                || (tombstone != null && tombstone.done.sequence() > done.sequence())) {
            return;
        }
        messages.remove(id);
        lost.remove(id);
        if (message != null) {
            usage.subtract(message);
            if (message.type() == RecordType.BLOB) {
                deadBlobs.add(new IndexedRecord(id, null, message));
            }
        }
        if (settled || message != null) {
            dropStates(id);
        }
        Integer extra = extraCopies.remove(id);
        if (tombstone != null) {
            usage.subtract(tombstone.done);
            tombstone.done = done;
            usage.add(done);
        } else if (message != null || !settled) {
            tombstones.put(id, new Tombstone(done, (message == null ? 0 : 1) + (extra == null ? 0 : extra)));
            usage.add(done);
        }
    }

    /** Ends the loading of stored records. */
    public synchronized void settle(Completeness completeness) {
        settled = true;
        shareIds();
        for (Ulid id : List.copyOf(states.keySet())) {
            RecordLocation message = messages.get(id);
            if (message != null) {
                dropStatesBefore(id, message.sequence());
            } else if (completeness == Completeness.COMPLETE) {
                dropStates(id);
            }
        }
        if (completeness == Completeness.COMPLETE) {
            tombstones.values().removeIf(tombstone -> {
                if (tombstone.copies == 0) {
                    usage.subtract(tombstone.done);
                }
                return tombstone.copies == 0;
            });
        }
    }

    /** Has a message and its states use one object as their id: in a large queue that is a tenth of the states. */
    private void shareIds() {
        for (Ulid id : messages.keySet()) {
            Map<String, MessageState> ofMessage = states.remove(id);
            if (ofMessage != null) {
                states.put(id, ofMessage);
            }
        }
    }

    /** Notes that the blob of a message is missing. The message is not found any more, but its records are needed. */
    public synchronized void markLost(Ulid id) {
        RecordLocation message = messages.remove(id);
        if (message != null) {
            lost.put(id, message);
        }
    }

    private void dropStates(Ulid id) {
        Map<String, MessageState> dropped = states.remove(id);
        if (dropped != null) {
            dropped.values().forEach(state -> usage.subtract(state.location()));
        }
    }

    /** Drops the states with a lower sequence number than the message. */
    private void dropStatesBefore(Ulid id, long sequence) {
        var kept = new TreeMap<>(states.getOrDefault(id, Map.of()));
        kept.values().removeIf(state -> {
            boolean early = state.location().sequence() < sequence;
            if (early) {
                usage.subtract(state.location());
            }
            return early;
        });
        if (kept.isEmpty()) {
            states.remove(id);
        } else {
            states.put(id, Map.copyOf(kept));
        }
    }

    // queries

    public @Nullable RecordLocation find(Ulid id) {
        return messages.get(id);
    }

    /** The latest states of a message, by namespace. */
    public Map<String, KeyValueText> states(Ulid id) {
        var texts = new TreeMap<String, KeyValueText>();
        if (messages.containsKey(id)) {
            states.getOrDefault(id, Map.of()).forEach((namespace, state) -> texts.put(namespace, packer.unpack(state)));
        }
        return texts;
    }

    /** The ids of all messages, in commit order. */
    public List<Ulid> ids() {
        return messages.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().sequence()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Number of messages. */
    public int size() {
        return messages.size();
    }

    /** All messages and their latest states, from {@code fromSequence} on, in commit order. */
    public List<IndexedRecord> records(long fromSequence) {
        var records = new ArrayList<IndexedRecord>();
        messages.forEach((id, location) -> records.add(new IndexedRecord(id, null, location)));
        states.forEach((id, ofMessage) -> ofMessage.forEach(
                (namespace, state) -> records.add(new IndexedRecord(id, namespace, state.location()))));
        records.removeIf(record -> record.location().sequence() < fromSequence || !messages.containsKey(record.id()));
        records.sort(Comparator.comparingLong(record -> record.location().sequence()));
        return records;
    }

    /** Where this record is now, or null if it is not needed any more. */
    public @Nullable RecordLocation currentLocation(IndexedRecord record) {
        if (record.namespace() == null) {
            return messages.get(record.id());
        }
        MessageState state = states.getOrDefault(record.id(), Map.of()).get(record.namespace());
        return state == null ? null : state.location();
    }

    // compaction

    /** Removes and returns a message that is done and whose blob can be deleted, or null if there is none. */
    public @Nullable IndexedRecord pollDeadBlob() {
        return deadBlobs.poll();
    }

    public void clearDeadBlobs() {
        deadBlobs.clear();
    }

    /** How many bytes of the segment belong to records that are needed. */
    public synchronized long neededBytes(SegmentName segment) {
        return usage.neededBytes(segment);
    }

    /** Whether a message is known to be done, as long as any segment has a copy of it. */
    public synchronized boolean isDone(Ulid id) {
        return tombstones.containsKey(id);
    }

    /** Whether the record of {@code id} at this location is needed. */
    public synchronized boolean isNeeded(Ulid id, RecordLocation location) {
        return switch (location.type()) {
            case MESSAGE, BLOB -> location.equals(messages.get(id)) || location.equals(lost.get(id));
            case STATE -> namespaceOf(id, location) != null;
            case DONE -> {
                Tombstone tombstone = tombstones.get(id);
                yield tombstone != null && tombstone.done.equals(location);
            }
            case MARK, SEAL -> false;
        };
    }

    private @Nullable String namespaceOf(Ulid id, RecordLocation location) {
        for (Map.Entry<String, MessageState> entry :
                states.getOrDefault(id, Map.of()).entrySet()) {
            if (entry.getValue().location().equals(location)) {
                return entry.getKey();
            }
        }
        return null;
    }

    /**
     * Notes that a record was copied and the copy was forced: from now on the record is read there. Returns false if
     * the record is not needed any more, which makes the copy superfluous.
     */
    public synchronized boolean move(Ulid id, RecordLocation from, RecordLocation to) {
        if (!isNeeded(id, from)) {
            Tombstone tombstone = tombstones.get(id);
            if (from.type().isMessage() && tombstone != null) {
                tombstone.copies++;
            }
            return false;
        }
        usage.subtract(from);
        usage.add(to);
        if (from.equals(lost.get(id))) {
            lost.put(id, to);
        } else if (from.type().isMessage()) {
            messages.put(id, to);
        } else if (from.type() == RecordType.DONE) {
            tombstones.computeIfPresent(id, (same, tombstone) -> {
                tombstone.done = to;
                return tombstone;
            });
        } else {
            String namespace = namespaceOf(id, from);
            states.computeIfPresent(id, (same, ofMessage) -> {
                var changed = new TreeMap<>(ofMessage);
                changed.computeIfPresent(String.valueOf(namespace), (name, state) -> state.movedTo(to));
                return Map.copyOf(changed);
            });
        }
        return true;
    }

    /** Notes that a copy of a message that is done, or that is found elsewhere, was removed with its segment. */
    public synchronized void removeCopy(Ulid id) {
        Tombstone tombstone = tombstones.get(id);
        if (tombstone == null) {
            extraCopies.computeIfPresent(id, (same, copies) -> copies > 1 ? copies - 1 : null);
        } else if (--tombstone.copies == 0) {
            usage.subtract(tombstone.done);
            tombstones.remove(id);
        }
    }

    /** Notes that a segment was removed. */
    public synchronized void removeSegment(SegmentName segment) {
        usage.remove(segment);
    }
}
