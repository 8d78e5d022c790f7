// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Joins the small pieces of another producer until a buffer is full. What there is leaves as it is when the other one
 * must wait or fails: nothing is held back. A piece as large as the buffer is not copied. Confined to the loop thread.
 */
public final class GlobbingProducer implements Producer {
    private final Producer inner;
    private final ByteBuffer buffer;
    /** What the buffer did not take of the last piece. */
    private ByteBuffer rest = ProducerPieces.none();
    /** What happened behind the bytes that were there before it. */
    private @Nullable RuntimeException failure;

    private GlobbingProducer(Producer inner, int bytes) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.buffer = ByteBuffer.allocate(bytes);
    }

    /** What {@code inner} makes, in pieces of {@code bytes} (at least 1) as far as it makes them in time. */
    public static GlobbingProducer of(Producer inner, int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a buffer of " + bytes + " octets");
        }
        return new GlobbingProducer(inner, bytes);
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
                rest = ProducerPieces.none();
                return large;
            }
            int bytes = Math.min(buffer.remaining(), rest.remaining());
            buffer.put(rest.slice(rest.position(), bytes));
            rest.position(rest.position() + bytes);
        }
        return buffer.flip();
    }

    /** Whether there is another piece now. */
    private boolean fetch() {
        try {
            if (inner.state() == State.READY) {
                rest = ProducerPieces.next(inner);
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
