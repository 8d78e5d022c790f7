// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.RecordText;
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

/** What a {@link MemorySpool} holds. The thread that commits writes, any thread reads. */
final class InMemoryMessages {
    private static final Logger LOG = LoggerFactory.getLogger(InMemoryMessages.class);

    /** What a message takes beside its bytes, roughly. */
    private static final int OVERHEAD_BYTES = 256;

    /** One part in so many of the capacity may be left on shelves; then some shelf is sparse. */
    private static final int MOST_LEFT = 3;

    private static final int MOVED_AT_ONCE = 64;

    private final long capacityBytes;
    private final ConcurrentHashMap<Ulid, InMemoryRecord> messages = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Ulid, Map<String, InMemoryRecord>> states = new ConcurrentHashMap<>();
    private final ArenaAllocator shelves;
    private @Nullable InMemoryRecord oldest;
    private @Nullable InMemoryRecord youngest;
    /** Up to here messages were moved together. */
    private @Nullable InMemoryRecord tidied;

    private long bytes;

    InMemoryMessages(long capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.shelves = new ArenaAllocator(capacityBytes);
    }

    static long bytesOf(Envelope text, long bodyLength) {
        return OVERHEAD_BYTES + text.length() + bodyLength;
    }

    /** The oldest message, where so many bytes more are too many. */
    @Nullable
    Ulid mustGo(long more) {
        return bytes + more > capacityBytes && oldest != null ? oldest.id() : null;
    }

    /** Where messages are put. */
    ArenaAllocator shelves() {
        return shelves;
    }

    void addMessage(InMemoryRecord message, long size) {
        message.size = size;
        messages.put(message.id(), message); // first: when memory is short, it is this that fails
        message.shelf().hold();
        bytes += size;
        link(youngest, message);
        link(message, null);
    }

    void addState(InMemoryRecord state) {
        String namespace = state.text().first(RecordText.NAMESPACE);
        InMemoryRecord message = messages.get(state.id());
        if (namespace == null || message == null) {
            return;
        }
        var changed = new TreeMap<>(states.getOrDefault(state.id(), Map.of()));
        InMemoryRecord before = changed.put(namespace, state);
        long more = bytesOf(state.text(), 0) - (before == null ? 0 : bytesOf(before.text(), 0));
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
        message.forget();
        tidied = tidied == message ? message.younger : tidied;
        link(message.older, message.younger);
        leave(message);
        if (shelves.left() > capacityBytes / MOST_LEFT) {
            tidy();
        }
    }

    /** Moves messages from shelves that are left together onto others: a few each time, so that nobody waits for it. */
    private void tidy() {
        try {
            for (int i = 0; i < MOVED_AT_ONCE; i++) {
                InMemoryRecord message = tidied == null ? oldest : tidied;
                if (message == null) {
                    return;
                }
                tidied = message.younger;
                if (message.shelf().isSparse()) {
                    move(message);
                }
            }
        } catch (OutOfMemoryError e) {
            LOG.debug("event=out-of-memory messages stay where they are");
        }
    }

    private void move(InMemoryRecord message) {
        InMemoryRecord moved = message.moved(shelves);
        messages.put(moved.id(), moved);
        moved.shelf().hold();
        link(message.older, moved);
        link(moved, message.younger);
        leave(message);
    }

    /** It has no neighbours any more: whoever reads it still keeps its shelf, but no other. */
    private void leave(InMemoryRecord message) {
        message.older = null;
        message.younger = null;
        shelves.leave(message.shelf(), message.shelfBytes());
    }

    private void link(@Nullable InMemoryRecord older, @Nullable InMemoryRecord younger) {
        if (older == null) {
            oldest = younger;
        } else {
            older.younger = younger;
        }
        if (younger == null) {
            youngest = older;
        } else {
            younger.older = older;
        }
    }

    @Nullable
    InMemoryRecord find(Ulid id) {
        return messages.get(id);
    }

    Map<String, Envelope> states(Ulid id) {
        var texts = new TreeMap<String, Envelope>();
        states.getOrDefault(id, Map.of()).forEach((namespace, state) -> texts.put(namespace, state.text()));
        return texts;
    }

    List<Ulid> ids() {
        return messages.values().stream()
                .sorted(Comparator.comparingLong(InMemoryRecord::sequence))
                .map(InMemoryRecord::id)
                .toList();
    }

    /** What is still known from {@code fromSequence} on, in commit order. */
    List<InMemoryRecord> past(long fromSequence) {
        var past = new ArrayList<>(messages.values());
        states.values().forEach(ofOne -> past.addAll(ofOne.values()));
        past.removeIf(record -> record.sequence() < fromSequence);
        past.sort(Comparator.comparingLong(InMemoryRecord::sequence));
        return past;
    }

    int size() {
        return messages.size();
    }
}
