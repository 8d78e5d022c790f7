// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;

/**
 * Accepts or refuses what a client asks for, when the protocol has nothing against it. Whoever overrides nothing
 * accepts all.
 *
 * <p><b>Threads:</b> asked on the loop of the session, by several loops at once, and must not block; the
 * {@link Decision} may be answered within the call or later, from any thread. Until then: at connect, EHLO, MAIL and
 * DATA the session hears no further command. Recipients are decided at the same time, 32 at most, and whatever is not
 * RCPT waits for all of them. At the end of a message the session goes on, and the reply waits in its place. Replies
 * leave in the order of the commands in any case.
 *
 * <p><b>Failure:</b> no answer within 30 s is answered 451 4.7.0 (421 at connect); what is thrown ends the session with
 * 421.
 */
public interface Policy {

    /** A client has connected; a refusal (554, RFC 5321 §3.1) leaves it nothing but QUIT. */
    default void connect(ClientInfo client, Decision decision) {
        decision.accept();
    }

    /** The client has given a name, {@link ClientInfo#hello}, at EHLO or HELO. */
    default void hello(ClientInfo client, Decision decision) {
        decision.accept();
    }

    /** MAIL: a message from this sender. */
    default void sender(ClientInfo client, ReversePath path, Decision decision) {
        decision.accept();
    }

    /** RCPT: the message is for this recipient, too. */
    default void recipient(ClientInfo client, ForwardPath path, Decision decision) {
        decision.accept();
    }

    /** DATA, or the first BDAT: the message is about to come, for so many recipients. */
    default void data(ClientInfo client, int recipients, Decision decision) {
        decision.accept();
    }

    /** The message has come, and is not stored yet: its envelope, and how many bytes it has. */
    default void message(ClientInfo client, Envelope envelope, long bytes, Decision decision) {
        decision.accept();
    }

    /** VRFY or EXPN: what the client wants to know. Accepting says neither yes nor no (252, RFC 5321 §7.3). */
    default void verify(ClientInfo client, String what, Decision decision) {
        decision.accept();
    }
}
