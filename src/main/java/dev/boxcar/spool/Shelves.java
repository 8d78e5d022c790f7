// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import org.jspecify.annotations.Nullable;

/**
 * Where a {@link MemorySpool} keeps the octets of its records: many in one array, since each object that is held costs the collector at every turn.
 * Confined to the thread that commits.
 */
final class Shelves {
    private static final int MOST_OCTETS = 256 * 1024;
    private static final int LEAST_OCTETS = 4 * 1024;
    /** A shelf is at most so small a part of what may be held: one that is hardly used is little. */
    private static final int SHELVES = 64;
    /** What takes more than one part in so many of a shelf has one of its own. */
    private static final int RECORDS = 8;

    private final int shelfOctets;
    private @Nullable Shelf current;
    private long left;

    /** Shelves for so many octets in all. */
    Shelves(long capacityOctets) {
        shelfOctets = (int) Math.max(LEAST_OCTETS, Math.min(capacityOctets / SHELVES, MOST_OCTETS));
    }

    /** One with room for so many octets. */
    Shelf with(int octets) {
        if (octets > shelfOctets / RECORDS) {
            return new Shelf(octets);
        }
        if (current == null || current.room() < octets) {
            current = new Shelf(shelfOctets);
        }
        return current;
    }

    /** So many octets of that shelf are held no longer. */
    void leave(Shelf shelf, int octets) {
        left += octets;
        int leftThere = shelf.leave(octets);
        if (shelf.isLeft()) {
            left -= leftThere; // the collector takes it
            current = shelf == current ? null : current;
        }
    }

    /** How many octets are held no longer, on shelves where others are. */
    long left() {
        return left;
    }
}
