// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.reply;

/** What an answer answers, and so where in a session something was decided. */
public enum SessionStep {
    /** The connection itself: nothing was heard yet. */
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
    /** The end of the message: the final dot, or the chunk. */
    MESSAGE,
    QUIT
}
