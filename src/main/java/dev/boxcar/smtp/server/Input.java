// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import java.io.IOException;

/**
 * What a session makes of its input at a time: command lines, or the bytes of a message. Confined to the loop thread.
 */
interface Input {
    /** Takes bytes of the item that is coming in, good until {@link #released}. */
    void collect(byte[] bytes, int from, int to) throws IOException;

    /** The item is complete. */
    void found() throws IOException;

    /** The bytes that were only pointed at are about to be overwritten. */
    default void released() {}

    /** Whether more can be taken just now; whoever changes the answer sees to it that the session is told. */
    default boolean mayTake() {
        return true;
    }

    /** Whether this is a message, which comes in large reads and has its own patience. */
    boolean isMessage();
}
