// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.nio.ByteBuffer;

/**
 * Makes output on demand (the paper's {@code more()}). Whether there are bytes now and whether there will ever be more
 * are separate answers, so that a producer can wrap another one without losing anything. Confined to the loop thread.
 */
public interface Producer {

    /** Whether a producer has bytes now, or will have some later. */
    enum State {
        /** {@link #more} has bytes. */
        READY,
        /**
         * No bytes yet. Everything queued after this producer waits too. The code that makes it ready must call
         * {@link Dispatcher#interestChanged}.
         */
        WAITING,
        /** No more bytes, ever. */
        EXHAUSTED
    }

    /** The current state. Must not throw: a producer that has failed is READY, and {@link #more} throws. */
    State state();

    /**
     * Returns the next bytes, at least one. Called only in state READY. The bytes must stay unchanged until the next
     * call of {@code more} or {@link #abandon}, or forever if neither is called.
     *
     * <p>An exception reaches {@link Dispatcher#handleError} after everything before it was sent; then the producer is
     * abandoned and not called again.
     */
    ByteBuffer more();

    /**
     * Whether the bytes that {@link #more} returned last stay unchanged even after its next call. Then they can leave
     * in one write with the bytes after them. Called only after {@code more}.
     */
    default boolean keepsPieces() {
        return false;
    }

    /** Releases what the producer holds, because the channel closed before the producer was exhausted. */
    default void abandon() {}
}
