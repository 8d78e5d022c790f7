// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.dns;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps a bounded number of answers until their time is over; those not used for longest go first. Any thread. */
final class AnswerCache<K, V> {
    private final int maxEntries;
    private final LongSupplier nanoTime;
    private final Map<K, Kept<V>> entries;

    private record Kept<V>(V value, long endNanos) {}

    AnswerCache(int maxEntries, LongSupplier nanoTime) {
        this.maxEntries = maxEntries;
        this.nanoTime = nanoTime;
        boolean inOrderOfUse = true;
        this.entries = new LinkedHashMap<>(16, 0.75f, inOrderOfUse);
    }

    /** The value; null if there is none, or its time is over. */
    synchronized @Nullable V get(K key) {
        Kept<V> kept = entries.get(key);
        if (kept == null) {
            return null;
        }
        if (kept.endNanos() - nanoTime.getAsLong() <= 0) {
            entries.remove(key);
            return null;
        }
        return kept.value();
    }

    /** Keeps a value for so many seconds. */
    synchronized void put(K key, V value, long seconds) {
        entries.put(key, new Kept<>(value, nanoTime.getAsLong() + seconds * 1_000_000_000L));
        if (entries.size() > maxEntries) {
            entries.remove(entries.keySet().iterator().next());
        }
    }
}
