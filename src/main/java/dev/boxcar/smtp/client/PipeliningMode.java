// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerCapabilities;

/**
 * How much is said before an answer is waited for. What the server does not offer falls back to the next humbler mode.
 */
public enum PipeliningMode {
    /** Each command waits for the answer to the one before. */
    LOCKSTEP,
    /**
     * MAIL, RCPT and DATA leave as one group (RFC 2920 §3.1); the body waits for its 354, the next message for the last
     * answer.
     */
    PIPELINED,
    /** As PIPELINED, and what follows a body (the next group, or QUIT) leaves together with its end. */
    TRAIN,
    /**
     * The body follows its group as a chunk (RFC 3030), and the next message follows the body: nothing waits for
     * anything.
     */
    BDAT;

    /** What is left of this with what a server offers. */
    PipeliningMode within(ServerCapabilities offers) {
        PipeliningMode mode = this;
        if (mode == BDAT && !offers.has("CHUNKING")) {
            mode = TRAIN;
        }
        return offers.has("PIPELINING") ? mode : LOCKSTEP;
    }

    /** Whether the next message need not wait for the answer to the one before. */
    boolean runsOn() {
        return this == TRAIN || this == BDAT;
    }
}
