// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import dev.boxcar.smtp.Reply;
import java.util.Collections;

/**
 * The reply that a rule gives, usually instead of carrying out the command.
 *
 * @param code 200 to 599
 * @param status the enhanced status, such as {@code 5.1.1}; empty for none
 * @param text the text of each line; may be empty
 * @param lines the number of lines, 1 to 100
 * @param effect what becomes of the command
 */
public record ScriptedReply(int code, String status, String text, int lines, Effect effect) {
    /** The most lines of a reply. */
    public static final int MAX_LINES = 100;

    /** What becomes of the command. */
    public enum Effect {
        /** It is carried out if the code says so. */
        AS_CODE_SAYS,
        /** It is carried out, whatever the code says. If that fails, the failure is the reply. */
        CARRIED_OUT
    }

    /** Checks that this is a valid reply. */
    public ScriptedReply {
        if (lines < 1 || lines > MAX_LINES) {
            throw new IllegalArgumentException("lines must be 1 to " + MAX_LINES + ", not " + lines);
        }
        Reply.of(code, status, text);
    }

    /** A reply of one line. */
    public static ScriptedReply of(int code, String status, String text) {
        return new ScriptedReply(code, status, text, 1, Effect.AS_CODE_SAYS);
    }

    /** This reply with this number of lines. */
    public ScriptedReply withLines(int count) {
        return new ScriptedReply(code, status, text, count, effect);
    }

    /** This reply to a command that is carried out all the same. */
    public ScriptedReply carriedOut() {
        return new ScriptedReply(code, status, text, lines, Effect.CARRIED_OUT);
    }

    /** The reply as the session sends it. */
    public Reply reply() {
        return Reply.of(code, status, Collections.nCopies(lines, text).toArray(String[]::new));
    }

    /** The code, and the status if there is one: for the record of what was done. */
    @Override
    public String toString() {
        String said = status.isEmpty() ? Integer.toString(code) : code + " " + status;
        return effect == Effect.CARRIED_OUT ? said + ", carried out" : said;
    }
}
