// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
    private final LinkedHashMap<Ulid, Long> byAge = new LinkedHashMap<>();
    private final ConcurrentHashMap<Ulid, Kept> messages = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Ulid, Map<String, Kept>> states = new ConcurrentHashMap<>();
    private long octets;

    Memory(long capacityOctets) {
        this.capacityOctets = capacityOctets;
    }

    /** A record, all of it; its octets are never changed. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Kept(RecordType type, Ulid id, long sequence, Envelope text, byte[] octets) implements SpoolRecord {
        @Override
        public long bodyLength() {
            return octets.length;
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(octets);
        }

        @Override
        public InputStream body(long from, long length) {
            return new ByteArrayInputStream(octets, (int) from, (int) stretch(from, length));
        }
    }

    static long octetsOf(Envelope text, long bodyLength) {
        return OVERHEAD_OCTETS + text.length() + bodyLength;
    }

    /** The oldest message, where so many octets more are too many. */
    @Nullable
    Ulid mustGo(long more) {
        return octets + more > capacityOctets && !byAge.isEmpty()
                ? byAge.keySet().iterator().next()
                : null;
    }

    void add(Kept record) {
        if (record.type().isMessage()) {
            message(record);
        } else {
            state(record);
        }
    }

    private void message(Kept message) {
        long size = octetsOf(message.text(), message.octets().length);
        octets += size;
        byAge.put(message.id(), size);
        messages.put(message.id(), message);
    }

    private void state(Kept state) {
        String namespace = state.text().first(Lines.NAMESPACE);
        Long size = byAge.get(state.id());
        if (namespace == null || size == null) {
            return;
        }
        var changed = new TreeMap<>(states.getOrDefault(state.id(), Map.of()));
        Kept before = changed.put(namespace, state);
        long more = octetsOf(state.text(), 0) - (before == null ? 0 : octetsOf(before.text(), 0));
        octets += more;
        byAge.put(state.id(), size + more);
        states.put(state.id(), Map.copyOf(changed));
    }

    void remove(Ulid id) {
        Long size = byAge.remove(id);
        if (size != null) {
            octets -= size;
            messages.remove(id);
            states.remove(id);
        }
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
