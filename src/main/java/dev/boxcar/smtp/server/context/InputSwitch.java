// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import dev.boxcar.async.Terminator;

/** Chooses the handler that processes a session's input. Confined to the loop thread. */
public interface InputSwitch {
    /** Passes the input to {@code handler} from now on, split at {@code terminator}. */
    void receive(InputHandler handler, Terminator terminator);

    /** Passes the input to {@code handler} from now on, line by line. */
    void receiveLines(InputHandler handler);

    /** Treats the input as commands from now on. */
    void receiveCommands();

    /**
     * Whether the item that was just found is empty, because its terminator began with the bytes that it assumes as
     * received.
     */
    boolean foundAtOnce();
}
