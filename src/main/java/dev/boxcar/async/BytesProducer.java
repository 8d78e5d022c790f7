// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.nio.ByteBuffer;

/** A producer of bytes that are there already. The array is not copied: it must not change until it was sent. */
public final class BytesProducer implements Producer {
    private final ByteBuffer bytes;
    /** They belong to the producer that stands behind, and are good until that is asked again. */
    private final boolean lent;

    private boolean given;

    private BytesProducer(ByteBuffer bytes, boolean lent) {
        this.bytes = bytes;
        this.lent = lent;
    }

    /** All of {@code bytes}. */
    public static BytesProducer of(byte[] bytes) {
        return new BytesProducer(ByteBuffer.wrap(bytes), false);
    }

    /** What remains in {@code bytes}. */
    public static BytesProducer of(ByteBuffer bytes) {
        return new BytesProducer(bytes, false);
    }

    /** What remains of a piece whose producer has more. */
    public static BytesProducer lent(ByteBuffer bytes) {
        return new BytesProducer(bytes, true);
    }

    public boolean areLent() {
        return lent;
    }

    public int remaining() {
        return given ? 0 : bytes.remaining();
    }

    @Override
    public State state() {
        return given || !bytes.hasRemaining() ? State.EXHAUSTED : State.READY;
    }

    @Override
    public ByteBuffer more() {
        given = true;
        return bytes;
    }
}
