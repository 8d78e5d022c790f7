// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory that bodies pass through: slabs of two sizes, bounded in all, used again and again.
 *
 * <p>Promise: what is out and what lies here never exceed {@link #capacityOctets}; {@link #take} never waits. Any thread; the lock is
 * held for a push or a pop. On failure (nothing left) {@code take} gives null and the caller gives its message up.
 */
public final class SlabPool {
    /** The first slab of a message: most messages need no other. */
    static final int SMALL_OCTETS = 4 * 1024;

    /** Every further slab. */
    static final int LARGE_OCTETS = 64 * 1024;

    private final long capacityOctets;
    private final ArrayDeque<byte[]> small = new ArrayDeque<>();
    private final ArrayDeque<byte[]> large = new ArrayDeque<>();
    private long allocatedOctets;
    private long usedOctets;

    /** A pool of at most {@code capacityOctets}; memory is taken from the heap as it is first needed. */
    public SlabPool(long capacityOctets) {
        this.capacityOctets = capacityOctets;
    }

    /** The bound. */
    public long capacityOctets() {
        return capacityOctets;
    }

    /** What is out just now. */
    public synchronized long usedOctets() {
        return usedOctets;
    }

    /** The largest message that finds room when there is no other. */
    long largest() {
        return SMALL_OCTETS + Math.max(0, capacityOctets - SMALL_OCTETS) / LARGE_OCTETS * LARGE_OCTETS;
    }

    /** Whether a message of so many octets would find room just now. */
    synchronized boolean holds(long octets) {
        return roomFor(octets) <= capacityOctets - usedOctets;
    }

    private static long roomFor(long octets) {
        long rest = octets - SMALL_OCTETS;
        return SMALL_OCTETS + (rest <= 0 ? 0 : (rest + LARGE_OCTETS - 1) / LARGE_OCTETS * LARGE_OCTETS);
    }

    synchronized byte @Nullable [] takeSmall() {
        return take(small, SMALL_OCTETS, large, () -> new byte[SMALL_OCTETS]);
    }

    synchronized byte @Nullable [] takeLarge() {
        return take(large, LARGE_OCTETS, small, () -> new byte[LARGE_OCTETS]);
    }

    private byte @Nullable [] take(
            ArrayDeque<byte[]> free, int octets, ArrayDeque<byte[]> others, Supplier<byte[]> newSlab) {
        byte[] slab = free.pollLast();
        if (slab == null) {
            while (allocatedOctets + octets > capacityOctets && !others.isEmpty()) {
                allocatedOctets -= others.removeLast().length; // the other size's idle slabs make room for this one
            }
            if (allocatedOctets + octets > capacityOctets) {
                return null;
            }
            slab = newSlab.get();
            allocatedOctets += octets;
        }
        usedOctets += octets;
        return slab;
    }

    /** Takes back the first {@code count} of {@code slabs}. */
    synchronized void give(byte[][] slabs, int count) {
        for (int i = 0; i < count; i++) {
            byte[] slab = slabs[i];
            usedOctets -= slab.length;
            (slab.length == SMALL_OCTETS ? small : large).addLast(slab);
        }
    }
}
