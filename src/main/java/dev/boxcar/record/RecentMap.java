// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map that forgets the entries that were set the longest time ago. Any thread. */
final class RecentMap<K, V> {
    private final Map<K, V> entries = new LinkedHashMap<>();
    private final int maxEntries;

    RecentMap(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    /** Sets the value of a key; returns the one before, or null. */
    synchronized @Nullable V replace(K key, V value) {
        V before = entries.remove(key);
        if (entries.size() == maxEntries) {
            entries.remove(entries.keySet().iterator().next());
        }
        entries.put(key, value);
        return before;
    }
}
