// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.buffer;

import dev.boxcar.async.channel.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pieces that leave in one gathering write. All channels of a loop use it in turn; {@link #begin} removes pieces
 * that an earlier failure may have left in it. Confined to the loop thread.
 */
public final class WriteBatch {
    private static final int MAX_PIECES = 16;

    private final @Nullable ByteBuffer[] pieces = new @Nullable ByteBuffer[MAX_PIECES];
    private int count;
    /** One bit per piece: set if its bytes are in the loop's shared buffer. */
    private int shared;
    /** Why the producer after the last piece delivered nothing. */
    private @Nullable RuntimeException failure;

    /** Starts a new batch. */
    public void begin() {
        Arrays.fill(pieces, 0, count, null);
        count = 0;
        shared = 0;
        failure = null;
    }

    /** Whether there is no piece. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Whether there is room for one more piece with shared bytes before and after it. */
    public boolean hasRoom() {
        return count < MAX_PIECES - 2;
    }

    /** Adds a piece whose bytes belong to a producer. */
    public void add(ByteBuffer piece) {
        pieces[count++] = piece;
    }

    /** Adds a piece whose bytes are in the loop's shared buffer. */
    public void addShared(ByteBuffer piece) {
        shared |= 1 << count;
        add(piece);
    }

    /** Notes that the producer after the last piece failed. */
    public void failed(RuntimeException reason) {
        failure = reason;
    }

    /** Why the producer after the last piece failed, or null. */
    public @Nullable RuntimeException failure() {
        return failure;
    }

    /** Writes all pieces in one call. Returns how many bytes were taken. */
    public long write(Transport transport) throws IOException {
        return transport.write(pieces, count);
    }

    /** Whether the last piece is in the loop's shared buffer. */
    public boolean isLastShared() {
        return (shared & 1 << (count - 1)) != 0;
    }

    /**
     * Removes the last piece. Returns its unwritten bytes, copied if they are in the shared buffer, or null if all of
     * it was written.
     */
    public @Nullable ByteBuffer takeLast() {
        boolean isShared = isLastShared();
        count--;
        ByteBuffer last = pieces[count];
        pieces[count] = null;
        if (last == null || !last.hasRemaining()) {
            return null;
        }
        return isShared ? copyOf(last) : last;
    }

    private static ByteBuffer copyOf(ByteBuffer view) {
        return ByteBuffer.allocate(view.remaining()).put(view).flip();
    }
}
