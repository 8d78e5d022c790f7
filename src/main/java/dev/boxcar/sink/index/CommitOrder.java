// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the index in commit order. The newest of them are pending: they have not been announced yet. It is a
 * doubly linked list through the entries, so that adding and removing take constant time. Guarded by the index's lock.
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
            newest.newer = entry;
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
            clearPending(entry);
        }
        IndexEntry older = entry.older;
        IndexEntry newer = entry.newer;
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
        entry.older = null;
        entry.newer = null;
    }

    private void clearPending(IndexEntry entry) {
        entry.pending = false;
        pending--;
        if (entry == firstPending) {
            firstPending = entry.newer;
        }
    }

    @Nullable
    IndexEntry oldest() {
        return oldest;
    }

    /** Returns the oldest pending message, which is then no longer pending; null if no message is pending. */
    @Nullable
    IndexEntry takePending() {
        IndexEntry entry = firstPending;
        if (entry != null) {
            clearPending(entry);
        }
        return entry;
    }

    int pendingCount() {
        return pending;
    }

    /** All pending messages. */
    List<IndexEntry> pending() {
        var all = new ArrayList<IndexEntry>(pending);
        for (IndexEntry entry = firstPending; entry != null; entry = entry.newer) {
            all.add(entry);
        }
        return all;
    }
}
