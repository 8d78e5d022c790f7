// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the index in commit order, the last of them pending: nobody was told of them yet. They link
 * themselves, so that one comes and goes at the same price wherever it stands. Guarded by the index's lock.
 */
final class CommitOrder {
    private @Nullable IndexEntry oldest;
    private @Nullable IndexEntry newest;
    private @Nullable IndexEntry firstPending;
    private int pending;

    void add(IndexEntry entry) {
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

    void remove(IndexEntry entry) {
        if (entry.pending) {
            told(entry);
        }
        IndexEntry older = entry.older;
        IndexEntry younger = entry.younger;
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

    private void told(IndexEntry entry) {
        entry.pending = false;
        pending--;
        if (entry == firstPending) {
            firstPending = entry.younger;
        }
    }

    @Nullable
    IndexEntry oldest() {
        return oldest;
    }

    /** The first one that is pending, which it is no longer; or null. */
    @Nullable
    IndexEntry takePending() {
        IndexEntry entry = firstPending;
        if (entry != null) {
            told(entry);
        }
        return entry;
    }

    int pendingCount() {
        return pending;
    }

    /** All that are pending. */
    List<IndexEntry> pending() {
        var all = new ArrayList<IndexEntry>(pending);
        for (IndexEntry entry = firstPending; entry != null; entry = entry.younger) {
            all.add(entry);
        }
        return all;
    }
}
