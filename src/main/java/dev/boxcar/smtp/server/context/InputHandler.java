// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import java.io.IOException;

/**
 * Processes one kind of input of a session, such as command lines or the bytes of a message. One handler is active at a
 * time. Confined to the loop thread.
 */
public interface InputHandler {
    /** Takes bytes of the item that is coming in. They are valid until {@link #inputReleased}. */
    void collect(byte[] bytes, int from, int to) throws IOException;

    /** The item is complete. */
    void found() throws IOException;

    /** The bytes that were passed to {@link #collect} are about to be overwritten. */
    default void inputReleased() {}

    /**
     * Whether the handler can take more input at the moment. When the answer changes to true, the handler makes the
     * event loop ask again.
     */
    default boolean mayTake() {
        return true;
    }

    /** Whether the input is a message: it then comes in large reads and has a timeout of its own. */
    boolean isMessage();
}
