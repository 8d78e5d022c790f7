// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import org.jspecify.annotations.Nullable;

/**
 * Where a {@link MemorySpool} keeps the bytes of its records: many in one array, since each object that is held costs
 * the collector at every turn. Confined to the thread that commits.
 */
final class ArenaAllocator {
    private static final int MOST_BYTES = 256 * 1024;
    private static final int LEAST_BYTES = 4 * 1024;
    /** A shelf is at most so small a part of what may be held: one that is hardly used is little. */
    private static final int SHELVES = 64;
    /** What takes more than one part in so many of a shelf has one of its own. */
    private static final int RECORDS = 8;

    private final int shelfBytes;
    private @Nullable Arena current;
    private long left;

    /** Shelves for so many bytes in all. */
    ArenaAllocator(long capacityBytes) {
        shelfBytes = (int) Math.max(LEAST_BYTES, Math.min(capacityBytes / SHELVES, MOST_BYTES));
    }

    /** One with room for so many bytes. */
    Arena with(int bytes) {
        if (bytes > shelfBytes / RECORDS) {
            return new Arena(bytes);
        }
        if (current == null || current.room() < bytes) {
            current = new Arena(shelfBytes);
        }
        return current;
    }

    /** So many bytes of that shelf are held no longer. */
    void leave(Arena shelf, int bytes) {
        left += bytes;
        int leftThere = shelf.leave(bytes);
        if (shelf.isLeft()) {
            left -= leftThere; // the collector takes it
            current = shelf == current ? null : current;
        }
    }

    /** How many bytes are held no longer, on shelves where others are. */
    long left() {
        return left;
    }
}
