// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.nio.ByteBuffer;

/** Produces bytes that exist already. The array is not copied and must not change until it was sent. */
public final class BytesProducer implements Producer {
    private final ByteBuffer bytes;
    /** Whether the bytes belong to the next producer in the queue, and are valid until that one is called again. */
    private final boolean lent;

    private boolean taken;

    private BytesProducer(ByteBuffer bytes, boolean lent) {
        this.bytes = bytes;
        this.lent = lent;
    }

    /** Produces all of {@code bytes}. */
    public static BytesProducer of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** Produces the remaining bytes of {@code bytes}. */
    public static BytesProducer of(ByteBuffer bytes) {
        boolean lent = false;
        return new BytesProducer(bytes, lent);
    }

    /** Produces the unsent rest of a piece whose producer may have more. */
    static BytesProducer lent(ByteBuffer bytes) {
        boolean lent = true;
        return new BytesProducer(bytes, lent);
    }

    boolean isLent() {
        return lent;
    }

    int remaining() {
        return taken ? 0 : bytes.remaining();
    }

    @Override
    public State state() {
        return taken || !bytes.hasRemaining() ? State.EXHAUSTED : State.READY;
    }

    @Override
    public ByteBuffer more() {
        taken = true;
        return bytes;
    }

    @Override
    public boolean keepsPieces() {
        return !lent;
    }
}
