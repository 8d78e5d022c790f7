// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import org.jspecify.annotations.Nullable;

/**
 * Makes replies go wrong on purpose, to test a client. Called on the loop of the session, so on several loops at once;
 * must not block. An exception ends the session with 421.
 */
public interface Faults {

    /** A reply to give instead of carrying out the command, which then has no effect; null to carry it out. */
    default @Nullable Reply instead(ClientInfo client, Verb verb) {
        return null;
    }

    /** The reply to EHLO instead of {@code greeting}. */
    default Reply greeting(ClientInfo client, Reply greeting) {
        return greeting;
    }

    /**
     * Returns the fault to apply to a reply; null for none. The command was carried out already, and the session
     * continues as if the reply had left unchanged.
     *
     * @param verb the command that is answered; null for the banner and for a line that is not a command
     */
    default @Nullable ReplyFault reply(ClientInfo client, @Nullable Verb verb, Reply reply) {
        return null;
    }
}
