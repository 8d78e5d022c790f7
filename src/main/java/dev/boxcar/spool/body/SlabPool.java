// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.body;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory for incoming bodies: reusable slabs of two sizes, with one limit for all of them.
 *
 * <p>Promise: the slabs in use and the idle ones never exceed {@link #capacityBytes} together. {@link #takeSmall} and
 * {@link #takeLarge} never wait. There are four thresholds below this limit:
 *
 * <ul>
 *   <li>Over a quarter, growing bodies register ({@link #register}) as able to spill to files.
 *   <li>Over a half, the pool {@link #isShort}: all registered bodies are told to spill.
 *   <li>Over three quarters, no new message is admitted.
 *   <li>Over seven eighths, the pool {@link #isTight}: no session reads from its client until there is room again. All
 *       registered bodies are told to spill once more, since each may hold a slab that is not full. The last eighth is
 *       for bytes that sessions were already reading.
 * </ul>
 *
 * <p>Any thread; the lock is held only to push or pop slabs. When no memory is left, these methods return null, and the
 * caller discards its message.
 */
public final class SlabPool {
    /** Size of the first slab of a message. Most messages need no other. */
    public static final int SMALL_BYTES = 4 * 1024;

    /** Size of every further slab. */
    public static final int LARGE_BYTES = 64 * 1024;

    private final long capacityBytes;
    private final ArrayDeque<byte[]> small = new ArrayDeque<>();
    private final ArrayDeque<byte[]> large = new ArrayDeque<>();
    private final LinkedHashSet<Runnable> spillRequests = new LinkedHashSet<>();
    private final LinkedHashSet<Runnable> waiters = new LinkedHashSet<>();
    private long allocatedBytes;
    private long used;
    /** A copy of {@link #used} for reading without the lock. */
    private volatile long usedBytes;

    /** A pool of at most {@code capacityBytes}. Memory is allocated when it is first needed. */
    public SlabPool(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    public long capacityBytes() {
        return capacityBytes;
    }

    /** Bytes of the slabs now in use. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Size of the largest message that has room in an otherwise unused pool. */
    public long maxMessageBytes() {
        return SMALL_BYTES + Math.max(0, capacityBytes - SMALL_BYTES) / LARGE_BYTES * LARGE_BYTES;
    }

    /** Whether a message of this size would have room now. */
    public boolean hasRoomFor(long messageBytes) {
        return slabBytesFor(messageBytes) <= capacityBytes - usedBytes;
    }

    private static long slabBytesFor(long messageBytes) {
        long rest = messageBytes - SMALL_BYTES;
        return SMALL_BYTES + (rest <= 0 ? 0 : (rest + LARGE_BYTES - 1) / LARGE_BYTES * LARGE_BYTES);
    }

    boolean isFilling() {
        return usedBytes > capacityBytes / 4;
    }

    boolean isShort() {
        return usedBytes > capacityBytes / 2;
    }

    /** Whether a new message may begin. */
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
            int bytes, ArrayDeque<byte[]> idle, ArrayDeque<byte[]> idleOfOtherSize, Supplier<byte[]> newSlab) {
        List<Runnable> toSpill = List.of();
        byte[] slab;
        synchronized (this) {
            slab = idle.pollLast();
            if (slab == null) {
                while (allocatedBytes + bytes > capacityBytes && !idleOfOtherSize.isEmpty()) {
                    allocatedBytes -= idleOfOtherSize.removeLast().length;
                }
                if (allocatedBytes + bytes > capacityBytes) {
                    return null;
                }
                slab = newSlab.get();
                allocatedBytes += bytes;
            }
            boolean wasShort = isShort();
            boolean wasTight = isTight();
            addUsed(bytes);
            if ((!wasShort && isShort()) || (!wasTight && isTight())) {
                toSpill = List.copyOf(spillRequests);
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
            toResume = takeWaiters();
        }
        toResume.forEach(Runnable::run);
    }

    /** Takes back one slab. */
    public void give(byte[] slab) {
        List<Runnable> toResume;
        synchronized (this) {
            takeBack(slab);
            toResume = takeWaiters();
        }
        toResume.forEach(Runnable::run);
    }

    /**
     * Stops counting the first {@code count} of {@code slabs}, which are in use. Their new owner counts them from now
     * on.
     */
    void keep(byte[][] slabs, int count) {
        List<Runnable> toResume;
        synchronized (this) {
            for (int i = 0; i < count; i++) {
                addUsed(-slabs[i].length);
                allocatedBytes -= slabs[i].length;
            }
            toResume = takeWaiters();
        }
        toResume.forEach(Runnable::run);
    }

    /** Takes back slabs that were kept, as far as there is room, so that the next body need not allocate new ones. */
    synchronized void giveKept(byte[][] slabs, int count) {
        for (int i = 0; i < count && allocatedBytes + slabs[i].length <= capacityBytes; i++) {
            allocatedBytes += slabs[i].length;
            addIdle(slabs[i]);
        }
    }

    private void takeBack(byte[] slab) {
        addUsed(-slab.length);
        addIdle(slab);
    }

    private void addIdle(byte[] slab) {
        (slab.length == SMALL_BYTES ? small : large).addLast(slab);
    }

    private void addUsed(int bytes) {
        used += bytes;
        usedBytes = used;
    }

    /** Removes and returns the tasks that wait for room, if there is room now. */
    private List<Runnable> takeWaiters() {
        if (waiters.isEmpty() || isTight()) {
            return List.of();
        }
        List<Runnable> all = List.copyOf(waiters);
        waiters.clear();
        return all;
    }

    /**
     * If the pool is tight, returns true and runs {@code resume} once, on any thread, when it is not tight any more.
     * Otherwise returns false and does not run it.
     */
    synchronized boolean await(Runnable resume) {
        return isTight() && (waiters.add(resume) || waiters.contains(resume));
    }

    /** Runs {@code spill}, on any thread, each time the pool gets short or tight, until {@link #unregister}. */
    synchronized void register(Runnable spill) {
        spillRequests.add(spill);
    }

    /** Removes the tasks that were passed to {@link #register} and {@link #await}. */
    synchronized void unregister(Runnable spill, Runnable resume) {
        spillRequests.remove(spill);
        waiters.remove(resume);
    }
}
