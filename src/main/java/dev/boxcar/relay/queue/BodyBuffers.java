// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Arrays for messages that are sent from memory, to be used again. A message lives longer than the young generation of
 * a small heap. New arrays of 64 KiB for each would move to the old generation, which the serial collector lets grow up
 * to the limit of the heap: by 4 GiB in 65,000 messages, measured.
 *
 * <p>An array that is not given back is left to the collector, so that is never wrong. An array that is given back
 * while something still reads it sends the bytes of another message. Any thread.
 */
final class BodyBuffers {
    private static final Logger LOG = LoggerFactory.getLogger(BodyBuffers.class);

    /** A smaller array is not kept, since it costs little. */
    private static final int MIN_BYTES = 16 * 1024;

    private static final int SIZE_STEP = 16 * 1024;

    /** Idle arrays, by size. Guarded by this. */
    private final List<ArrayDeque<byte[]>> idle = IntStream.range(0, MailBytes.MAX_LENGTH / SIZE_STEP)
            .mapToObj(size -> new ArrayDeque<byte[]>())
            .toList();

    private final long maxIdleBytes;
    private long idleBytes;

    /** Arrays of which at most this many bytes are kept idle. */
    BodyBuffers(long maxIdleBytes) {
        this.maxIdleBytes = maxIdleBytes;
    }

    /** An array for {@code bytes} bytes. It still has the bytes of its last use. */
    MailBytes take(int bytes) {
        if (bytes <= MIN_BYTES || bytes > MailBytes.MAX_LENGTH) {
            return MailBytes.of(new byte[bytes]);
        }
        int capacity = capacity(bytes);
        byte[] used = takeIdle(capacity / SIZE_STEP - 1);
        return new MailBytes(used == null ? new byte[capacity] : used, bytes);
    }

    /** The length of the array that {@link #take} returns. */
    static int capacity(int bytes) {
        boolean isKept = bytes > MIN_BYTES && bytes <= MailBytes.MAX_LENGTH;
        return isKept ? (bytes + SIZE_STEP - 1) / SIZE_STEP * SIZE_STEP : bytes;
    }

    private synchronized byte @Nullable [] takeIdle(int size) {
        byte[] array = idle.get(size).poll();
        idleBytes -= array == null ? 0 : array.length;
        return array;
    }

    /**
     * Keeps the array of a message for another one, in place of idle ones of other sizes if need be. Nothing may refer
     * to it any longer.
     */
    synchronized void giveBack(MailBytes bytes) {
        byte[] array = bytes.array();
        if (array.length <= MIN_BYTES || array.length > MailBytes.MAX_LENGTH || array.length % SIZE_STEP != 0) {
            return;
        }
        ArrayDeque<byte[]> sameSize = idle.get(array.length / SIZE_STEP - 1);
        for (byte[] one : sameSize) {
            if (one == array) { // two messages must never share it
                LOG.error("event=array-given-back-twice", new IllegalStateException());
                return;
            }
        }
        while (idleBytes + array.length > maxIdleBytes && dropOneOtherThan(sameSize)) {
            // until there is room, or all idle arrays have this size
        }
        if (idleBytes + array.length <= maxIdleBytes) {
            sameSize.push(array);
            idleBytes += array.length;
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean dropOneOtherThan(ArrayDeque<byte[]> kept) {
        for (ArrayDeque<byte[]> each : idle) {
            byte[] dropped = each == kept ? null : each.poll();
            if (dropped != null) {
                idleBytes -= dropped.length;
                return true;
            }
        }
        return false;
    }

    /** How many bytes the idle arrays have. */
    synchronized long idleBytes() {
        return idleBytes;
    }
}
