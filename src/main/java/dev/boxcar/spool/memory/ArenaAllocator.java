// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import org.jspecify.annotations.Nullable;

/**
 * Allocates the {@link Arena}s of a {@link MemorySpool}. Many records share one array, because every live object costs
 * the garbage collector time in each cycle. Confined to the committing thread.
 */
final class ArenaAllocator {
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MIN_BYTES = 4 * 1024;
    /**
     * The capacity is divided into at least this number of arenas, so that an arena that is hardly used wastes little.
     */
    private static final int MIN_ARENAS = 64;
    /** A record that takes more than an eighth of an arena gets one of its own. */
    private static final int MIN_RECORDS = 8;

    private final int arenaBytes;
    private @Nullable Arena current;
    private long deadBytes;

    /** An allocator for records of {@code capacityBytes} in all. */
    ArenaAllocator(long capacityBytes) {
        arenaBytes = (int) Math.max(MIN_BYTES, Math.min(capacityBytes / MIN_ARENAS, MAX_BYTES));
    }

    /** An arena with room for this number of bytes. */
    Arena allocate(int bytes) {
        if (bytes > arenaBytes / MIN_RECORDS) {
            return new Arena(bytes);
        }
        if (current == null || current.freeBytes() < bytes) {
            current = new Arena(arenaBytes);
        }
        return current;
    }

    /** Removes a record of this number of bytes from its arena. */
    void remove(Arena arena, int bytes) {
        deadBytes += bytes;
        int deadThere = arena.removeRecord(bytes);
        if (arena.isUnused()) {
            deadBytes -= deadThere; // the garbage collector frees the arena
            current = arena == current ? null : current;
        }
    }

    /** Bytes of removed records in arenas that still have others. */
    long deadBytes() {
        return deadBytes;
    }
}
