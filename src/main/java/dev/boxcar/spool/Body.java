// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.zip.CRC32C;

/**
 * The octets of one message on their way into a spool, in slabs of its {@link SlabPool}.
 *
 * <p>Belongs to one thread at a time: to the loop that fills it, then, once appended, to the spool, which releases it. When the
 * pool has nothing left, {@link #write} says false and every slab is back at once.
 */
public final class Body {
    private static final byte[][] NO_SLABS = {};

    private final SlabPool pool;
    private byte[][] slabs = NO_SLABS;
    private int count;
    private int usedOfLast;
    private long length;
    private boolean givenUp;

    /** An empty body. */
    public Body(SlabPool pool) {
        this.pool = pool;
    }

    /** Copies the octets {@code from} (inclusive) to {@code to} (exclusive); false when there was no room, now or earlier. */
    public boolean write(byte[] octets, int from, int to) {
        int at = from;
        while (at < to && !givenUp) {
            if ((count == 0 || usedOfLast == slabs[count - 1].length) && !grow()) {
                release();
                givenUp = true;
                break;
            }
            byte[] slab = slabs[count - 1];
            int step = Math.min(to - at, slab.length - usedOfLast);
            System.arraycopy(octets, at, slab, usedOfLast, step);
            usedOfLast += step;
            length += step;
            at += step;
        }
        return !givenUp;
    }

    private boolean grow() {
        byte[] slab = count == 0 ? pool.takeSmall() : pool.takeLarge();
        if (slab == null) {
            return false;
        }
        if (count == slabs.length) {
            slabs = Arrays.copyOf(slabs, count == 0 ? 1 : count * 2);
        }
        slabs[count++] = slab;
        usedOfLast = 0;
        return true;
    }

    /** Whether room ran out: the octets are gone. */
    public boolean givenUp() {
        return givenUp;
    }

    /** How many octets were written. */
    public long length() {
        return length;
    }

    /** The octets from the beginning; to be read before {@link #release}. */
    public InputStream open() {
        return open(0, length);
    }

    /** A stretch of the octets, which the caller knows to be there. */
    InputStream open(long from, long length) {
        var parts = new ArrayList<InputStream>();
        long at = 0;
        for (int i = 0; i < count && at < from + length; i++) {
            int begin = (int) Math.max(0, Math.min(from - at, lengthOf(i)));
            int end = (int) Math.min(lengthOf(i), from + length - at);
            if (begin < end) {
                parts.add(new ByteArrayInputStream(slabs[i], begin, end - begin));
            }
            at += lengthOf(i);
        }
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    /** Gives the slabs back; a second call does nothing. */
    public void release() {
        if (count > 0) {
            pool.give(slabs, count);
        }
        slabs = NO_SLABS;
        count = 0;
        usedOfLast = 0;
        length = 0;
    }

    int slabs() {
        return count;
    }

    byte[] slab(int i) {
        return slabs[i];
    }

    int lengthOf(int i) {
        return i == count - 1 ? usedOfLast : slabs[i].length;
    }

    void updateInto(CRC32C crc) {
        for (int i = 0; i < count; i++) {
            crc.update(slabs[i], 0, lengthOf(i));
        }
    }

    byte[] toByteArray() {
        var all = new byte[Math.toIntExact(length)];
        int at = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(slabs[i], 0, all, at, lengthOf(i));
            at += lengthOf(i);
        }
        return all;
    }
}
