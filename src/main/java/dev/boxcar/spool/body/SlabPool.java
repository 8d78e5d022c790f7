// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.body;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory that bodies pass through: slabs of two sizes, bounded in all, used again and again.
 *
 * <p>Promise: what is out and what lies here never exceed {@link #capacityBytes}; {@link #takeSmall} and
 * {@link #takeLarge} never wait. There are four marks on the way to the bound. Over a quarter, bodies that grow make
 * themselves known ({@link #holding}). Over a half the pool is {@link #isShort}: all that made themselves known are
 * told to spill to files. Over three quarters no new message is begun. Over seven eighths the pool is {@link #isTight}:
 * nobody is read from until there is room again, and all are told to spill once more, since by now each may hold a slab
 * that is not full; the rest is for what was being read just then. Any thread; the lock is held for a push or a pop. On
 * failure (nothing left) {@code take} gives null and the caller gives its message up.
 */
public final class SlabPool {
    /** The first slab of a message: most messages need no other. */
    static final int SMALL_BYTES = 4 * 1024;

    /** Every further slab. */
    static final int LARGE_BYTES = 64 * 1024;

    private final long capacityBytes;
    private final ArrayDeque<byte[]> small = new ArrayDeque<>();
    private final ArrayDeque<byte[]> large = new ArrayDeque<>();
    private final LinkedHashSet<Runnable> holders = new LinkedHashSet<>();
    private final LinkedHashSet<Runnable> waiters = new LinkedHashSet<>();
    private long allocatedBytes;
    private long used;
    private volatile long usedBytes;

    /** A pool of at most {@code capacityBytes}; memory is taken from the heap as it is first needed. */
    public SlabPool(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /** The bound. */
    public long capacityBytes() {
        return capacityBytes;
    }

    /** What is out just now. */
    public long usedBytes() {
        return usedBytes;
    }

    /** The largest message that finds room when there is no other. */
    public long largest() {
        return SMALL_BYTES + Math.max(0, capacityBytes - SMALL_BYTES) / LARGE_BYTES * LARGE_BYTES;
    }

    /** Whether a message of so many bytes would find room just now. */
    public boolean holds(long bytes) {
        return roomFor(bytes) <= capacityBytes - usedBytes;
    }

    private static long roomFor(long bytes) {
        long rest = bytes - SMALL_BYTES;
        return SMALL_BYTES + (rest <= 0 ? 0 : (rest + LARGE_BYTES - 1) / LARGE_BYTES * LARGE_BYTES);
    }

    boolean isFilling() {
        return usedBytes > capacityBytes / 4;
    }

    boolean isShort() {
        return usedBytes > capacityBytes / 2;
    }

    /** Whether another message may be begun. */
    public boolean admits() {
        return usedBytes <= capacityBytes / 4 * 3;
    }

    boolean isTight() {
        return usedBytes > capacityBytes / 8 * 7;
    }

    byte @Nullable [] takeSmall() {
        return take(SMALL_BYTES, small, large, () -> new byte[SMALL_BYTES]);
    }

    byte @Nullable [] takeLarge() {
        return take(LARGE_BYTES, large, small, () -> new byte[LARGE_BYTES]);
    }

    private byte @Nullable [] take(
            int bytes, ArrayDeque<byte[]> free, ArrayDeque<byte[]> others, Supplier<byte[]> newSlab) {
        List<Runnable> toSpill = List.of();
        byte[] slab;
        synchronized (this) {
            slab = free.pollLast();
            if (slab == null) {
                while (allocatedBytes + bytes > capacityBytes && !others.isEmpty()) {
                    allocatedBytes -= others.removeLast().length; // the other size's idle slabs make room for this one
                }
                if (allocatedBytes + bytes > capacityBytes) {
                    return null;
                }
                slab = newSlab.get();
                allocatedBytes += bytes;
            }
            boolean wasShort = isShort();
            boolean wasTight = isTight();
            use(bytes);
            if ((!wasShort && isShort()) || (!wasTight && isTight())) {
                toSpill = List.copyOf(holders);
            }
        }
        toSpill.forEach(Runnable::run);
        return slab;
    }

    /** Takes back the first {@code count} of {@code slabs}. */
    public void give(byte[][] slabs, int count) {
        List<Runnable> toResume;
        synchronized (this) {
            for (int i = 0; i < count; i++) {
                takeBack(slabs[i]);
            }
            toResume = whoMayGoOn();
        }
        toResume.forEach(Runnable::run);
    }

    /** Takes back one. */
    public void give(byte[] slab) {
        List<Runnable> toResume;
        synchronized (this) {
            takeBack(slab);
            toResume = whoMayGoOn();
        }
        toResume.forEach(Runnable::run);
    }

    /**
     * The first {@code count} of {@code slabs}, which are out, are not of the pool any more: whoever keeps them counts
     * them.
     */
    void keep(byte[][] slabs, int count) {
        List<Runnable> toResume;
        synchronized (this) {
            for (int i = 0; i < count; i++) {
                use(-slabs[i].length);
                allocatedBytes -= slabs[i].length;
            }
            toResume = whoMayGoOn();
        }
        toResume.forEach(Runnable::run);
    }

    /**
     * Takes in what was kept, as far as there is room for it; it is there for the next body then, and no new memory
     * need be taken.
     */
    synchronized void giveKept(byte[][] slabs, int count) {
        for (int i = 0; i < count && allocatedBytes + slabs[i].length <= capacityBytes; i++) {
            allocatedBytes += slabs[i].length;
            free(slabs[i]);
        }
    }

    private void takeBack(byte[] slab) {
        use(-slab.length);
        free(slab);
    }

    private void free(byte[] slab) {
        (slab.length == SMALL_BYTES ? small : large).addLast(slab);
    }

    private void use(int bytes) {
        used += bytes;
        usedBytes = used; // for those who look without the lock
    }

    private List<Runnable> whoMayGoOn() {
        if (waiters.isEmpty() || isTight()) {
            return List.of();
        }
        List<Runnable> all = List.copyOf(waiters);
        waiters.clear();
        return all;
    }

    /**
     * Runs {@code resume}, once, on any thread, when the pool is not tight any more; false, and not at all, where it is
     * not tight now.
     */
    synchronized boolean await(Runnable resume) {
        return isTight() && (waiters.add(resume) || waiters.contains(resume));
    }

    /** Runs {@code spill}, on any thread, each time that the pool gets short or tight, until {@link #released}. */
    synchronized void holding(Runnable spill) {
        holders.add(spill);
    }

    /** Forgets what {@link #holding} and {@link #await} were given. */
    synchronized void released(Runnable spill, Runnable resume) {
        holders.remove(spill);
        waiters.remove(resume);
    }
}
