// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import org.jspecify.annotations.Nullable;

/**
 * Goes wrong on purpose, so that a client can be tested. Asked on the loop of the session, by several loops at once;
 * must not block. What it throws ends the session with 421.
 */
public interface Faults {

    /** A reply to be given instead of carrying a command out, or null; the command then has no effect. */
    default @Nullable Reply instead(ClientInfo client, Verb verb) {
        return null;
    }

    /** What EHLO is answered instead of {@code greeting}. */
    default Reply greeting(ClientInfo client, Reply greeting) {
        return greeting;
    }

    /**
     * What happens to a reply on its way out, or null: nothing. What the session has done is done already, and it goes
     * on as if the reply had left as it was.
     *
     * @param verb what is answered; null: the connection, or a line that is no command
     */
    default @Nullable ReplyFault reply(ClientInfo client, @Nullable Verb verb, Reply reply) {
        return null;
    }
}
