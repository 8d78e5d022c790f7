// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.reply;

/** A step of a session: the step that a reply answers, or at which a result was decided. */
public enum SessionStep {
    /** The connection attempt, before any reply. */
    CONNECT,
    /** The greeting. */
    BANNER,
    EHLO,
    HELO,
    STARTTLS,
    AUTH,
    RSET,
    MAIL,
    RCPT,
    DATA,
    /** The end of the message: the final dot, or the last chunk. */
    MESSAGE,
    QUIT;

    /** What the server says at this step, such as {@code the reply to EHLO}. */
    public String reply() {
        return switch (this) {
            case BANNER -> "the banner";
            case MESSAGE -> "the reply to the message";
            default -> "the reply to " + name();
        };
    }
}
