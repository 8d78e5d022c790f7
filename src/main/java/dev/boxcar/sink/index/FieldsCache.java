// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the heap that extracted fields and the bytes of fresh messages take. When they take more than the bound, the
 * fields that were extracted first are dropped; they are extracted again on demand. Guarded by the index's lock.
 */
final class FieldsCache {
    private static final long MAX_FRESH_BYTES = 16L * 1024 * 1024;
    private static final int REMOVED_ENTRIES_KEPT = 1000;

    private final long maxFieldsBytes;

    /** The entries whose fields are kept, in the order of extraction. */
    private final ArrayDeque<IndexEntry> kept = new ArrayDeque<>();

    private long fieldsBytes;
    private long freshBytes;

    FieldsCache(long maxFieldsBytes) {
        this.maxFieldsBytes = maxFieldsBytes;
    }

    boolean hasRoomForFresh(long bytes) {
        return freshBytes + bytes <= MAX_FRESH_BYTES;
    }

    void added(IndexEntry entry) {
        if (entry.fresh != null) {
            freshBytes += entry.bodyBytes();
        }
    }

    void dropFresh(IndexEntry entry) {
        if (entry.fresh != null) {
            freshBytes -= entry.bodyBytes();
            entry.fresh = null;
        }
    }

    /** Keeps the fields of an entry, unless they are kept already. */
    void keep(IndexEntry entry, MessageFields fields, int entryCount) {
        if (entry.fields == null) {
            entry.fields = fields;
            fieldsBytes += fields.heapBytes();
            kept.add(entry);
            if (kept.size() > 2 * entryCount + REMOVED_ENTRIES_KEPT) {
                kept.removeIf(IndexEntry::isRemoved);
            }
        }
        while (fieldsBytes > maxFieldsBytes) {
            IndexEntry first = kept.poll();
            if (first == null) {
                return;
            }
            dropFields(first);
        }
    }

    void removed(IndexEntry entry) {
        dropFresh(entry);
        dropFields(entry);
    }

    private void dropFields(IndexEntry entry) {
        @Nullable MessageFields fields = entry.fields;
        if (fields != null) {
            fieldsBytes -= fields.heapBytes();
            entry.fields = null;
        }
    }

    long fieldsBytes() {
        return fieldsBytes;
    }
}
