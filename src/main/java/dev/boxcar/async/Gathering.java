// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one gathering write lines up, for all channels of a loop in turn; what a failure left in it goes when the next
 * one begins. Confined to the loop thread.
 */
final class Gathering {
    private static final int MOST = 16;

    private final @Nullable ByteBuffer[] pieces = new @Nullable ByteBuffer[MOST];
    private int count;
    /** Which of the pieces, as bits, are bytes of the loop's buffer. */
    private int copied;
    /** Why there was nothing to be had of the producer behind the last piece. */
    private @Nullable RuntimeException failure;

    /** Begins anew. */
    void begin() {
        Arrays.fill(pieces, 0, count, null);
        count = 0;
        copied = 0;
        failure = null;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether it takes one piece more, with copied bytes before it and behind it. */
    boolean hasRoom() {
        return count < MOST - 2;
    }

    /** Lines up a producer's own bytes. */
    void add(ByteBuffer piece) {
        pieces[count++] = piece;
    }

    /** Lines up bytes that stand in the loop's buffer. */
    void addCopied(ByteBuffer piece) {
        copied |= 1 << count;
        add(piece);
    }

    void failed(RuntimeException reason) {
        failure = reason;
    }

    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /** Writes it all, in one call: how many bytes were taken. */
    long write(Transport transport) throws IOException {
        return transport.write(pieces, count);
    }

    /**
     * Takes the last piece away: what of it was not written, to be kept by whoever it belongs to; null when all of it
     * was.
     */
    @Nullable
    BytesProducer takeLast() {
        count--;
        ByteBuffer last = pieces[count];
        pieces[count] = null;
        if (last == null || !last.hasRemaining()) {
            return null;
        }
        boolean isCopied = (copied & 1 << count) != 0;
        return isCopied ? BytesProducer.of(copyOf(last)) : BytesProducer.lent(last);
    }

    private static ByteBuffer copyOf(ByteBuffer view) {
        return ByteBuffer.allocate(view.remaining()).put(view).flip();
    }
}
