// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;

/**
 * Accepts or refuses what a client asks for, once the protocol and the limits allow it. The default methods accept
 * everything.
 *
 * <p><b>Threads:</b> called on the loop of the session, so on several loops at once, and must not block. It answers the
 * {@link Decision} during the call or later, on any thread. Until then, at connect, EHLO, MAIL, DATA and VRFY, the
 * session processes no further command. Up to 32 recipients may be undecided at a time; any command but RCPT waits for
 * all of them. At the end of a message the session continues with the next commands, and a place in the output is
 * reserved for the reply. Replies always leave in the order of the commands.
 *
 * <p><b>Failure:</b> without an answer within 30 s the client gets 451 4.7.0, or 421 at connect. An exception ends the
 * session with 421.
 */
public interface Policy {

    /** A client has connected. If it is refused (554, RFC 5321 §3.1), it may only quit. */
    default void connect(ClientInfo client, Decision decision) {
        decision.accept();
    }

    /** EHLO or HELO: the client has given its name, {@link ClientInfo#hello}. */
    default void hello(ClientInfo client, Decision decision) {
        decision.accept();
    }

    /** MAIL: a message from this sender. */
    default void sender(ClientInfo client, ReversePath path, Decision decision) {
        decision.accept();
    }

    /** RCPT: the message is also for this recipient. */
    default void recipient(ClientInfo client, ForwardPath path, Decision decision) {
        decision.accept();
    }

    /** DATA, or the first BDAT: the message is about to come, for this many recipients. */
    default void data(ClientInfo client, int recipients, Decision decision) {
        decision.accept();
    }

    /** The message is complete but not stored yet. */
    default void message(ClientInfo client, Envelope envelope, long bytes, Decision decision) {
        decision.accept();
    }

    /**
     * VRFY or EXPN with this argument. If it is accepted, the client gets 252, which means neither yes nor no (RFC 5321
     * §7.3).
     */
    default void verify(ClientInfo client, String argument, Decision decision) {
        decision.accept();
    }
}
