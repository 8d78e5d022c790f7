// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the index in commit order, the last of them pending: nobody was told of them yet. They link
 * themselves, so that one comes and goes at the same price wherever it stands. Guarded by the index's lock.
 */
final class Arrivals {
    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private @Nullable Entry firstPending;
    private int pending;

    void add(Entry entry) {
        entry.older = newest;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.younger = entry;
        }
        newest = entry;
        if (firstPending == null) {
            firstPending = entry;
        }
        entry.pending = true;
        pending++;
    }

    void remove(Entry entry) {
        if (entry.pending) {
            told(entry);
        }
        Entry older = entry.older;
        Entry younger = entry.younger;
        if (older == null) {
            oldest = younger;
        } else {
            older.younger = younger;
        }
        if (younger == null) {
            newest = older;
        } else {
            younger.older = older;
        }
        entry.older = null;
        entry.younger = null;
    }

    private void told(Entry entry) {
        entry.pending = false;
        pending--;
        if (entry == firstPending) {
            firstPending = entry.younger;
        }
    }

    @Nullable
    Entry oldest() {
        return oldest;
    }

    /** The first one that is pending, which it is no longer; or null. */
    @Nullable
    Entry takePending() {
        Entry entry = firstPending;
        if (entry != null) {
            told(entry);
        }
        return entry;
    }

    int pendingCount() {
        return pending;
    }

    /** All that are pending. */
    List<Entry> pending() {
        var all = new ArrayList<Entry>(pending);
        for (Entry entry = firstPending; entry != null; entry = entry.younger) {
            all.add(entry);
        }
        return all;
    }
}
