// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import dev.boxcar.smtp.Reply;
import java.util.Collections;

/**
 * The reply that a rule gives instead of carrying out the command.
 *
 * @param code 200 to 599
 * @param status the enhanced status, such as {@code 5.1.1}; empty for none
 * @param text the text of each line; may be empty
 * @param lines the number of lines, 1 to 100
 */
public record ScriptedReply(int code, String status, String text, int lines) {
    /** The most lines of a reply. */
    public static final int MAX_LINES = 100;

    /** Checks that this is a valid reply. */
    public ScriptedReply {
        if (lines < 1 || lines > MAX_LINES) {
            throw new IllegalArgumentException("lines must be 1 to " + MAX_LINES + ", not " + lines);
        }
        Reply.of(code, status, text);
    }

    /** A reply of one line. */
    public static ScriptedReply of(int code, String status, String text) {
        return new ScriptedReply(code, status, text, 1);
    }

    /** This reply with this number of lines. */
    public ScriptedReply withLines(int count) {
        return new ScriptedReply(code, status, text, count);
    }

    /** The reply as the session sends it. */
    public Reply reply() {
        return Reply.of(code, status, Collections.nCopies(lines, text).toArray(String[]::new));
    }

    /** The code, and the status if there is one: for the record of what was done. */
    @Override
    public String toString() {
        return status.isEmpty() ? Integer.toString(code) : code + " " + status;
    }
}
