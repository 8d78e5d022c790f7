// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import dev.boxcar.smtp.Verb;

/** The events that a rule can match: the commands, and three events that are not a certain command. */
public enum ScriptVerb {
    /** The connection is open and the banner has not left. Its reply is the banner. */
    CONNECT,
    HELO,
    EHLO,
    MAIL,
    RCPT,
    /** The DATA command. Its reply is the 354. */
    DATA,
    /** A BDAT chunk without LAST (RFC 3030 §2). */
    BDAT,
    RSET,
    STARTTLS,
    NOOP,
    VRFY,
    EXPN,
    HELP,
    QUIT,
    AUTH,
    /** The end of a message: its final dot, or its LAST chunk. Its reply is the one after the message. */
    END,
    /** Any command, also an unknown one. */
    LINE;

    /** The event of a command. A LAST chunk is an {@link #END}, not the {@link #BDAT} that this returns. */
    public static ScriptVerb of(Verb verb) {
        return switch (verb) {
            case HELO -> HELO;
            case EHLO -> EHLO;
            case MAIL -> MAIL;
            case RCPT -> RCPT;
            case DATA -> DATA;
            case BDAT -> BDAT;
            case RSET -> RSET;
            case STARTTLS -> STARTTLS;
            case NOOP -> NOOP;
            case VRFY -> VRFY;
            case EXPN -> EXPN;
            case HELP -> HELP;
            case QUIT -> QUIT;
            case AUTH -> AUTH;
        };
    }

    /** Whether the event is a command of the client. */
    public boolean isCommand() {
        return this != CONNECT && this != END;
    }
}
