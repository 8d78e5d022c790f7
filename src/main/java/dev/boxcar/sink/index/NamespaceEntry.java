// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.util.List;

/** A message in one namespace. Changed under the index's lock, read without. */
public final class NamespaceEntry {
    public final IndexEntry entry;
    final NamespaceEntries rows;
    /** Where it stands; -1 once it is removed. */
    volatile int slot;

    /** Which of the entry's rows it is. */
    int place;

    public volatile boolean read;
    public volatile List<String> tags = List.of();
    /** Whether somebody has set the tags, so that those of the message itself no longer count. */
    boolean tagged;

    NamespaceEntry(IndexEntry entry, NamespaceEntries rows) {
        this.entry = entry;
        this.rows = rows;
    }

    boolean isGone() {
        return slot < 0;
    }
}
