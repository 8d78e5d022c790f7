// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Joins the small pieces of another producer until a buffer is full. What there is leaves as it is when the other one must wait or
 * fails: nothing is held back. A piece as large as the buffer is not copied. Confined to the loop thread.
 */
public final class GlobbingProducer implements Producer {
    private final Producer inner;
    private final ByteBuffer buffer;
    /** What the buffer did not take of the last piece. */
    private ByteBuffer rest = Pieces.none();
    /** What happened behind the octets that were there before it. */
    private @Nullable RuntimeException failure;

    private GlobbingProducer(Producer inner, int octets) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.buffer = ByteBuffer.allocate(octets);
    }

    /** What {@code inner} makes, in pieces of {@code octets} (at least 1) as far as it makes them in time. */
    public static GlobbingProducer of(Producer inner, int octets) {
        if (octets < 1) {
            throw new IllegalArgumentException("a buffer of " + octets + " octets");
        }
        return new GlobbingProducer(inner, octets);
    }

    @Override
    public State state() {
        return rest.hasRemaining() || failure != null ? State.READY : inner.state();
    }

    @Override
    public ByteBuffer more() {
        if (failure != null) {
            throw failure;
        }
        buffer.clear();
        while (buffer.hasRemaining() && (rest.hasRemaining() || fetch())) {
            if (buffer.position() == 0 && rest.remaining() >= buffer.capacity()) {
                ByteBuffer large = rest;
                rest = Pieces.none();
                return large;
            }
            int octets = Math.min(buffer.remaining(), rest.remaining());
            buffer.put(rest.slice(rest.position(), octets));
            rest.position(rest.position() + octets);
        }
        return buffer.flip();
    }

    /** Whether there is another piece now. */
    private boolean fetch() {
        try {
            if (inner.state() == State.READY) {
                rest = Pieces.next(inner);
                return true;
            }
        } catch (RuntimeException e) {
            if (buffer.position() == 0) {
                throw e;
            }
            failure = e;
        }
        return false;
    }

    @Override
    public void abandon() {
        inner.abandon();
    }
}
