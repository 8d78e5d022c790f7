// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerCapabilities;

/**
 * How much is sent before a reply is awaited. If the server does not offer CHUNKING, BDAT becomes TRAIN; if it does not
 * offer PIPELINING, every mode becomes LOCKSTEP.
 */
public enum PipeliningMode {
    /** Each command waits for the reply to the command before. */
    LOCKSTEP,
    /**
     * MAIL, RCPT and DATA are sent as one group (RFC 2920 §3.1). The message waits for 354, the next transaction for
     * the last reply.
     */
    PIPELINED,
    /** Like PIPELINED, and what follows a message (the next group, or QUIT) is sent together with its end. */
    TRAIN,
    /** The message follows its group as a chunk (RFC 3030), and the next group follows the message: nothing waits. */
    BDAT;

    /** This mode, or what remains of it with the capabilities of a server. */
    PipeliningMode within(ServerCapabilities capabilities) {
        PipeliningMode mode = this;
        if (mode == BDAT && !capabilities.has("CHUNKING")) {
            mode = TRAIN;
        }
        return capabilities.has("PIPELINING") ? mode : LOCKSTEP;
    }

    /** Whether the next transaction may begin before the last reply of the one before. */
    boolean overlapsTransactions() {
        return this == TRAIN || this == BDAT;
    }
}
