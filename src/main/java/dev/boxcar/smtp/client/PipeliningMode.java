// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerCapabilities;

/**
 * How much the client sends before it waits for a reply. If the server does not offer CHUNKING, BDAT becomes TRAIN; if
 * it does not offer PIPELINING, every mode becomes LOCKSTEP.
 */
public enum PipeliningMode {
    /** Each command waits for the reply to the command before. */
    LOCKSTEP,
    /**
     * MAIL, RCPT and DATA are sent as one group (RFC 2920 §3.1). The message is sent after the 354 reply; the next
     * transaction begins after the last reply of this one.
     */
    PIPELINED,
    /** Like PIPELINED, but the next group, or QUIT, is sent together with the end of the message before it. */
    TRAIN,
    /** The message follows its group as a chunk (RFC 3030), and the next group follows the message, without a wait. */
    BDAT;

    /** This mode, or the mode that replaces it if the server lacks a capability that it needs. */
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
