// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Arrays for messages that are sent from memory, to be used again. A message lives longer than the young generation of
 * a small heap. New arrays of 64 KiB for each would move to the old generation, which the serial collector lets grow up
 * to the limit of the heap: by 4 GiB in 65,000 messages, measured.
 *
 * <p>An array that is not given back is left to the collector, so that is never wrong. An array that is given back
 * while something still reads it sends the bytes of another message. Any thread.
 */
final class BodyBuffers {
    /** A smaller array is not kept, since it costs little. */
    private static final int MIN_BYTES = 16 * 1024;

    private static final int SIZE_STEP = 16 * 1024;
    private static final int MAX_BYTES = 128 * 1024;

    /** Idle arrays, by size. Guarded by this. */
    private final List<ArrayDeque<byte[]>> idle = IntStream.range(0, MAX_BYTES / SIZE_STEP)
            .mapToObj(size -> new ArrayDeque<byte[]>())
            .toList();

    private final long maxIdleBytes;
    private long idleBytes;

    /** Arrays of which at most this many bytes are kept idle. */
    BodyBuffers(long maxIdleBytes) {
        this.maxIdleBytes = maxIdleBytes;
    }

    /** Room for so many bytes. It has those of its last use. */
    MailBytes take(int bytes) {
        if (bytes <= MIN_BYTES || bytes > MAX_BYTES) {
            return MailBytes.of(new byte[bytes]);
        }
        int size = (bytes - 1) / SIZE_STEP;
        byte[] used = takeIdle(size);
        return new MailBytes(used == null ? new byte[(size + 1) * SIZE_STEP] : used, bytes);
    }

    private synchronized byte @Nullable [] takeIdle(int size) {
        byte[] array = idle.get(size).poll();
        idleBytes -= array == null ? 0 : array.length;
        return array;
    }

    /**
     * Keeps the array of a message for another one. Nothing may refer to it any longer.
     *
     * @throws IllegalStateException if it is here already
     */
    synchronized void giveBack(MailBytes bytes) {
        byte[] array = bytes.array();
        if (array.length <= MIN_BYTES || array.length > MAX_BYTES || array.length % SIZE_STEP != 0) {
            return;
        }
        ArrayDeque<byte[]> sameSize = idle.get(array.length / SIZE_STEP - 1);
        for (byte[] one : sameSize) {
            if (one == array) {
                throw new IllegalStateException("an array was given back twice");
            }
        }
        if (idleBytes + array.length <= maxIdleBytes) {
            sameSize.push(array);
            idleBytes += array.length;
        }
    }

    /** How many bytes the idle arrays have. */
    synchronized long idleBytes() {
        return idleBytes;
    }
}
