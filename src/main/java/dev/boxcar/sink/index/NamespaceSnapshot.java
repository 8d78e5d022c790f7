// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import org.jspecify.annotations.Nullable;

/**
 * The messages of a namespace at one moment, in commit order. A message that is removed later disappears from the
 * snapshot, too. Any thread.
 *
 * @param entries the messages, with gaps
 * @param end the slot after the last message
 * @param total the number of messages
 * @param unread the number of unread messages
 * @param cursor the place in the commit sequence up to which the snapshot is complete
 */
@SuppressWarnings("ArrayRecordComponent") // instances are never compared
public record NamespaceSnapshot(@Nullable NamespaceEntry[] entries, int end, int total, int unread, long cursor) {
    private static final NamespaceEntry[] NO_ENTRIES = {};

    static NamespaceSnapshot empty(long cursor) {
        int none = 0;
        return new NamespaceSnapshot(NO_ENTRIES, none, none, none, cursor);
    }

    /** The message in this slot, or null if the slot is a gap. */
    public @Nullable NamespaceEntry at(int slot) {
        NamespaceEntry entry = entries[slot];
        return entry == null || entry.isRemoved() ? null : entry;
    }

    /** Whether any slot may be a gap. */
    public boolean hasGaps() {
        return total != end;
    }

    /** A slot; every message before it has at most this commit sequence. Found by binary search that skips gaps. */
    public int firstAfter(long sequence) {
        int low = 0;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int at = middle;
            NamespaceEntry entry = entries[at];
            while (entry == null && ++at < high) {
                entry = entries[at];
            }
            if (entry == null || entry.message().sequence() > sequence) {
                high = middle;
            } else {
                low = at + 1;
            }
        }
        return low;
    }
}
