// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import java.io.IOException;

/**
 * Processes the input of a session; one at a time does: command lines, the bytes of a message, and so on. Confined to
 * the loop thread.
 */
public interface InputHandler {
    /** Takes bytes of the item that is coming in. They are valid until {@link #inputReleased}. */
    void collect(byte[] bytes, int from, int to) throws IOException;

    /** The item is complete. */
    void found() throws IOException;

    /** The bytes that were passed to {@link #collect} are about to be overwritten. */
    default void inputReleased() {}

    /** Whether it can take more at the moment. When that changes to yes, it has the event loop ask again. */
    default boolean mayTake() {
        return true;
    }

    /** Whether the input is a message: it then comes in large reads and has a timeout of its own. */
    boolean isMessage();
}
