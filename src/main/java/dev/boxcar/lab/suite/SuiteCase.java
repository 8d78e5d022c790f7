// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.lab.script.Script;

/**
 * One scripted session, or the sessions that a client makes to deliver one message.
 *
 * @param name the name for {@code --only}
 * @param about what the server does
 * @param script how the server does it
 * @param expected what the client must achieve
 * @param focus what the case is about, beyond the verdicts on its sessions
 * @param recipients how many recipients the message must have for the case to make sense
 * @param messageBytes how large the message is at least
 * @param text the text of the message
 * @param buffers the buffers of the server's connections
 */
public record SuiteCase(
        String name,
        String about,
        Script script,
        Expected expected,
        Focus focus,
        int recipients,
        int messageBytes,
        Text text,
        Buffers buffers) {

    /** The buffers that the system has for each connection of the server. */
    public enum Buffers {
        USUAL,
        /** As small as possible, so that both sides soon have to wait for each other; and no reply is held back. */
        TINY
    }

    /** The text of the message. */
    public enum Text {
        ASCII,
        /** UTF-8 in the body, and a header that says so: the client has to declare it, or to encode it. */
        EIGHT_BIT
    }

    /** What the client must achieve. Its exit status must say so: 0 if the server accepted the message. */
    public enum Expected {
        /** The server accepts the message. */
        DELIVERY,
        /** The server accepts the message, or the client gives up. */
        RESULT,
        /** The server accepts the message, and the exit status may be any: the failure comes after it. */
        DELIVERY_WITH_ANY_STATUS
    }

    /** What a case is about. */
    public enum Focus {
        /** The verdicts on its sessions, and the result. */
        SESSION,
        /** The replies come in other pieces: the client must behave as with a normal server (V09). */
        FRAMING,
        /** The server does not read or does not write for a while: the client must not deadlock (V11). */
        STALL,
        /** The server reads nothing until the client has taken its replies: the client must not deadlock (V11). */
        FULL_WINDOWS,
        /** The final reply is lost: a client that queues must send the message again (V16). */
        LOST_REPLY,
        /** The server offers a limit, which binds only clients that know the extension (V15). */
        LIMIT
    }

    /** A case for any number of recipients. */
    static SuiteCase of(String name, String about, Script script, Expected expected) {
        return new SuiteCase(name, about, script.name(name), expected, Focus.SESSION, 1, 0, Text.ASCII, Buffers.USUAL);
    }

    /** A case in which the server accepts the message. */
    static SuiteCase delivery(String name, String about, Script script) {
        return of(name, about, script, Expected.DELIVERY);
    }

    /** A case in which the client may give up. */
    static SuiteCase result(String name, String about, Script script) {
        return of(name, about, script, Expected.RESULT);
    }

    SuiteCase about(Focus newFocus) {
        return new SuiteCase(name, about, script, expected, newFocus, recipients, messageBytes, text, buffers);
    }

    SuiteCase needing(int newRecipients) {
        return new SuiteCase(name, about, script, expected, focus, newRecipients, messageBytes, text, buffers);
    }

    /** The same case with a message of at least this size. */
    SuiteCase withMessageOf(int bytes) {
        return new SuiteCase(name, about, script, expected, focus, recipients, bytes, text, buffers);
    }

    SuiteCase with(Buffers newBuffers) {
        return new SuiteCase(name, about, script, expected, focus, recipients, messageBytes, text, newBuffers);
    }

    /** The same case with a message that has this text. */
    SuiteCase with(Text newText) {
        return new SuiteCase(name, about, script, expected, focus, recipients, messageBytes, newText, buffers);
    }

    /**
     * Whether the case runs unless others are named: many clients are not written for 8-bit text that somebody gives
     * them.
     */
    public boolean runsByDefault() {
        return text == Text.ASCII;
    }
}
