// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which messages there are, where they lie, and what was last noted of them. One thread writes, any thread reads. */
final class Index {
    private final ConcurrentHashMap<Ulid, Place> places = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Ulid, Map<String, Envelope>> states = new ConcurrentHashMap<>();

    void message(Ulid id, Place place) {
        places.put(id, place);
    }

    /** Notes a state of a message; of one that is not here, nothing. */
    void state(Ulid id, Envelope text) {
        String namespace = text.first(Lines.NAMESPACE);
        if (namespace == null || !places.containsKey(id)) {
            return;
        }
        var changed = new TreeMap<>(states(id));
        changed.put(namespace, text);
        states.put(id, Map.copyOf(changed));
    }

    void done(Ulid id) {
        places.remove(id);
        states.remove(id);
    }

    @Nullable
    Place find(Ulid id) {
        return places.get(id);
    }

    Map<String, Envelope> states(Ulid id) {
        return states.getOrDefault(id, Map.of());
    }

    List<Ulid> ids() {
        return places.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().sequence()))
                .map(Map.Entry::getKey)
                .toList();
    }

    int size() {
        return places.size();
    }
}
