// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a {@link MemorySpool} holds. The thread that commits writes, any thread reads. */
final class Memory {
    /** What a message takes beside its octets, roughly. */
    private static final int OVERHEAD_OCTETS = 256;

    private final long capacityOctets;
    private final ConcurrentHashMap<Ulid, Kept> messages = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Ulid, Map<String, Kept>> states = new ConcurrentHashMap<>();
    private @Nullable Kept oldest;
    private @Nullable Kept youngest;
    private long octets;

    Memory(long capacityOctets) {
        this.capacityOctets = capacityOctets;
    }

    static long octetsOf(Envelope text, long bodyLength) {
        return OVERHEAD_OCTETS + text.length() + bodyLength;
    }

    /** The oldest message, where so many octets more are too many. */
    @Nullable
    Ulid mustGo(long more) {
        return octets + more > capacityOctets && oldest != null ? oldest.id() : null;
    }

    void addMessage(Kept message) {
        message.size = octetsOf(message.text(), message.bodyLength());
        messages.put(message.id(), message); // first: when memory is short, it is this that fails
        octets += message.size;
        message.older = youngest;
        if (youngest == null) {
            oldest = message;
        } else {
            youngest.younger = message;
        }
        youngest = message;
    }

    void addState(Kept state) {
        String namespace = state.text().first(Lines.NAMESPACE);
        Kept message = messages.get(state.id());
        if (namespace == null || message == null) {
            return;
        }
        var changed = new TreeMap<>(states.getOrDefault(state.id(), Map.of()));
        Kept before = changed.put(namespace, state);
        long more = octetsOf(state.text(), 0) - (before == null ? 0 : octetsOf(before.text(), 0));
        octets += more;
        message.size += more;
        states.put(state.id(), Map.copyOf(changed));
    }

    void remove(Ulid id) {
        Kept message = messages.remove(id);
        if (message == null) {
            return;
        }
        octets -= message.size;
        states.remove(id);
        unlink(message);
        message.forget();
    }

    private void unlink(Kept message) {
        if (message.older == null) {
            oldest = message.younger;
        } else {
            message.older.younger = message.younger;
        }
        if (message.younger == null) {
            youngest = message.older;
        } else {
            message.younger.older = message.older;
        }
        message.older = null; // whoever keeps it keeps no others
        message.younger = null;
    }

    @Nullable
    Kept find(Ulid id) {
        return messages.get(id);
    }

    Map<String, Envelope> states(Ulid id) {
        var texts = new TreeMap<String, Envelope>();
        states.getOrDefault(id, Map.of()).forEach((namespace, state) -> texts.put(namespace, state.text()));
        return texts;
    }

    List<Ulid> ids() {
        return messages.values().stream()
                .sorted(Comparator.comparingLong(Kept::sequence))
                .map(Kept::id)
                .toList();
    }

    /** What is still known from {@code fromSequence} on, in commit order. */
    List<Kept> past(long fromSequence) {
        var past = new ArrayList<>(messages.values());
        states.values().forEach(ofOne -> past.addAll(ofOne.values()));
        past.removeIf(record -> record.sequence() < fromSequence);
        past.sort(Comparator.comparingLong(Kept::sequence));
        return past;
    }

    int size() {
        return messages.size();
    }
}
