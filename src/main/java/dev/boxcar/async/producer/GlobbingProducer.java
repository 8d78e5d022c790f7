// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Joins the small pieces of another producer until a buffer is full. When the inner producer waits or fails, the buffer
 * leaves as it is; nothing is held back. A piece as large as the buffer is not copied. Confined to the loop thread.
 */
public final class GlobbingProducer implements Producer {
    private final Producer inner;
    private final ByteBuffer buffer;
    /** The part of the last piece that did not fit into the buffer. */
    private ByteBuffer rest = ProducerPieces.none();
    /** The failure of the inner producer, thrown after the bytes before it were sent. */
    private @Nullable RuntimeException failure;

    private GlobbingProducer(Producer inner, int bytes) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.buffer = ByteBuffer.allocate(bytes);
    }

    /** The output of {@code inner} in pieces of {@code bytes} (at least 1), or smaller ones where it has to wait. */
    public static GlobbingProducer of(Producer inner, int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("the buffer needs at least 1 byte: " + bytes);
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

    /** Takes the next piece. Returns whether there is one now. */
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
