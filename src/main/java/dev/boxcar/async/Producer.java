// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.nio.ByteBuffer;

/**
 * Output made on demand (the paper's {@code more()}). Whether there is something now and whether there will ever be
 * more are two answers, so that nothing is lost where one producer wraps another. Confined to the loop thread.
 */
public interface Producer {

    /** What a producer can say of itself. */
    enum State {
        /** {@link #more} has bytes. */
        READY,
        /**
         * Nothing yet; everything queued behind it waits. Whoever makes it ready calls
         * {@link Dispatcher#interestChanged}.
         */
        WAITING,
        /** Nothing any more. */
        EXHAUSTED
    }

    /** Where it stands. It does not fail: of a failure {@link #more} tells, and until then it is READY. */
    State state();

    /**
     * The next bytes, at least one; asked only in state READY. They stay as they are until the next call of
     * {@code more} or {@link #abandon}, or for ever if there is none.
     *
     * <p>What it throws reaches {@link Dispatcher#handleError} when all that stands before it was handed over; then the
     * producer is abandoned, and asked no more.
     */
    ByteBuffer more();

    /** The channel closed before this was exhausted: give back what is held. */
    default void abandon() {}
}
