// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Ulid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages of a {@link MemorySpool} and their states. The committing thread writes, any thread reads. */
final class InMemoryMessages {
    private static final Logger LOG = LoggerFactory.getLogger(InMemoryMessages.class);

    /** Approximate memory of a message beside its bytes. */
    private static final int OVERHEAD_BYTES = 256;

    /** At most a third of the capacity may be bytes of removed records; with more, at least one arena is sparse. */
    private static final int MAX_DEAD_SHARE = 3;

    private static final int MOVED_AT_ONCE = 64;

    private final long capacityBytes;
    private final ConcurrentHashMap<Ulid, InMemoryRecord> messages = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Ulid, Map<String, InMemoryRecord>> states = new ConcurrentHashMap<>();
    private final ArenaAllocator arenas;
    private @Nullable InMemoryRecord oldest;
    private @Nullable InMemoryRecord newest;
    /** Where moving messages out of sparse arenas continues; null means at the oldest. */
    private @Nullable InMemoryRecord nextToMove;

    private long bytes;

    InMemoryMessages(long capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.arenas = new ArenaAllocator(capacityBytes);
    }

    /** The memory that is counted for a record. */
    static long sizeOf(long textLength, long bodyLength) {
        return OVERHEAD_BYTES + textLength + bodyLength;
    }

    /** The oldest message, if {@code more} further bytes would exceed the capacity; otherwise null. */
    @Nullable
    Ulid nextToEvict(long more) {
        return bytes + more > capacityBytes && oldest != null ? oldest.id() : null;
    }

    /** Where the bytes of messages go. */
    ArenaAllocator arenas() {
        return arenas;
    }

    void addMessage(InMemoryRecord message, long size) {
        message.size = size;
        messages.put(message.id(), message); // first, because this may fail with an OutOfMemoryError
        message.arena().addRecord();
        bytes += size;
        link(newest, message);
        link(message, null);
    }

    /** Adds a state; ignores it if its message does not exist. */
    void addState(InMemoryRecord state) {
        KeyValueText text = state.text();
        String namespace = text.first(KeyValueText.NAMESPACE);
        InMemoryRecord message = messages.get(state.id());
        if (namespace == null || message == null) {
            return;
        }
        var changed = new TreeMap<>(states.getOrDefault(state.id(), Map.of()));
        InMemoryRecord earlier = changed.put(namespace, state);
        long more = sizeOf(text.length(), 0)
                - (earlier == null ? 0 : sizeOf(earlier.text().length(), 0));
        bytes += more;
        message.size += more;
        states.put(state.id(), Map.copyOf(changed));
    }

    void remove(Ulid id) {
        InMemoryRecord message = messages.remove(id);
        if (message == null) {
            return;
        }
        bytes -= message.size;
        states.remove(id);
        message.removeBody();
        nextToMove = nextToMove == message ? message.newer : nextToMove;
        link(message.older, message.newer);
        unlink(message);
        if (arenas.deadBytes() > capacityBytes / MAX_DEAD_SHARE) {
            moveSome();
        }
    }

    /** Moves messages out of sparse arenas, a few per call, so that no commit takes long. */
    private void moveSome() {
        try {
            for (int i = 0; i < MOVED_AT_ONCE; i++) {
                InMemoryRecord message = nextToMove == null ? oldest : nextToMove;
                if (message == null) {
                    return;
                }
                nextToMove = message.newer;
                if (message.arena().isSparse()) {
                    move(message);
                }
            }
        } catch (OutOfMemoryError e) {
            LOG.debug("event=out-of-memory cause=\"messages stay in sparse arenas\"");
        }
    }

    private void move(InMemoryRecord message) {
        InMemoryRecord copy = message.copyTo(arenas);
        messages.put(copy.id(), copy);
        copy.arena().addRecord();
        link(message.older, copy);
        link(copy, message.newer);
        unlink(message);
    }

    /** Removes the links, so that a thread which still reads the record keeps only its own arena in memory. */
    private void unlink(InMemoryRecord message) {
        message.older = null;
        message.newer = null;
        arenas.remove(message.arena(), message.arenaBytes());
    }

    private void link(@Nullable InMemoryRecord older, @Nullable InMemoryRecord newer) {
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
    }

    @Nullable
    InMemoryRecord find(Ulid id) {
        return messages.get(id);
    }

    /** The latest states of a message, by namespace. */
    Map<String, KeyValueText> states(Ulid id) {
        var texts = new TreeMap<String, KeyValueText>();
        states.getOrDefault(id, Map.of()).forEach((namespace, state) -> texts.put(namespace, state.text()));
        return texts;
    }

    /** The ids of all messages, in commit order. */
    List<Ulid> ids() {
        return messages.values().stream()
                .sorted(Comparator.comparingLong(InMemoryRecord::sequence))
                .map(InMemoryRecord::id)
                .toList();
    }

    /** All messages and their latest states, from {@code fromSequence} on, in commit order. */
    List<InMemoryRecord> records(long fromSequence) {
        var records = new ArrayList<>(messages.values());
        states.values().forEach(ofMessage -> records.addAll(ofMessage.values()));
        records.removeIf(record -> record.sequence() < fromSequence);
        records.sort(Comparator.comparingLong(InMemoryRecord::sequence));
        return records;
    }

    /** Number of messages. */
    int size() {
        return messages.size();
    }
}
