// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import java.util.List;

/** A message in one namespace. Changed under the index's lock, read without. */
final class Row {
    final Entry entry;
    final Rows rows;
    /** Where it stands; -1 once it is removed. */
    volatile int slot;

    /** Which of the entry's rows it is. */
    int place;

    volatile boolean read;
    volatile List<String> tags = List.of();
    /** Whether somebody has set the tags, so that those of the message itself no longer count. */
    boolean tagged;

    Row(Entry entry, Rows rows) {
        this.entry = entry;
        this.rows = rows;
    }

    boolean isGone() {
        return slot < 0;
    }
}
