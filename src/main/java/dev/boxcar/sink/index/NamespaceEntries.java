// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one namespace in commit order. Guarded by the index's lock; snapshots may be read without it.
 *
 * <p>Removing a message leaves a gap in the array. Once more than half of the array is gaps, the messages are copied to
 * a new array. So a snapshot stays valid, and adding and removing take constant time on average.
 */
final class NamespaceEntries {
    private static final int INITIAL_CAPACITY = 16;

    private @Nullable NamespaceEntry[] entries = new NamespaceEntry[INITIAL_CAPACITY];
    private int end;
    /** No entry is before this slot. */
    private int oldest;

    private int size;
    private int unread;
    private final TreeMap<String, Integer> tagCounts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    NamespaceSnapshot snapshot(long cursor) {
        return new NamespaceSnapshot(entries, end, size, unread, cursor);
    }

    void add(NamespaceEntry entry) {
        if (end == entries.length) {
            entries = Arrays.copyOf(entries, end * 2);
        }
        entry.moveTo(end);
        entries[end++] = entry;
        size++;
        if (!entry.isRead()) {
            unread++;
        }
        countTags(entry.tags(), 1);
    }

    void remove(NamespaceEntry entry) {
        entries[entry.slot()] = null;
        entry.markRemoved();
        size--;
        if (!entry.isRead()) {
            unread--;
        }
        countTags(entry.tags(), -1);
        if (entries.length > INITIAL_CAPACITY && size < end / 2) {
            closeGaps();
        }
    }

    private void closeGaps() {
        var packed = new NamespaceEntry[Math.max(INITIAL_CAPACITY, size * 2)];
        int to = 0;
        for (int from = oldest; from < end; from++) {
            NamespaceEntry entry = entries[from];
            if (entry != null) {
                entry.moveTo(to);
                packed[to++] = entry;
            }
        }
        entries = packed;
        end = to;
        oldest = 0;
    }

    /** Sets whether the entry is read. The entry must have the other value before. */
    void setRead(NamespaceEntry entry, boolean read) {
        entry.setRead(read);
        unread += read ? -1 : 1;
    }

    void setTags(NamespaceEntry entry, List<String> tags, boolean byUser) {
        countTags(entry.tags(), -1);
        entry.setTags(tags, byUser);
        countTags(tags, 1);
    }

    private void countTags(List<String> tags, int difference) {
        for (String tag : tags) {
            tagCounts.merge(tag, difference, (count, more) -> count + more == 0 ? null : count + more);
        }
    }

    /** The oldest message, or null if there are no messages. */
    @Nullable
    NamespaceEntry oldest() {
        while (oldest < end) {
            NamespaceEntry entry = entries[oldest];
            if (entry != null) {
                return entry;
            }
            oldest++;
        }
        return null;
    }

    int size() {
        return size;
    }

    /** The number of messages per tag, ordered by tag without regard to case. */
    SortedMap<String, Integer> tagCounts() {
        return new TreeMap<>(tagCounts);
    }
}
