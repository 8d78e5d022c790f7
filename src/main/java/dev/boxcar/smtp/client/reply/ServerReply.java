// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.reply;

import dev.boxcar.smtp.EnhancedStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply of the server (RFC 5321 §4.2), as received: the texts are not checked and may contain any character but LF.
 * Immutable; any thread.
 *
 * @param code 200 to 599
 * @param lines the texts after the code, at least one
 */
public record ServerReply(int code, List<String> lines) {
    /** The server closes the connection after this reply, whatever the command was (RFC 5321 §3.8). */
    public static final int SERVICE_CLOSING = 421;

    public ServerReply {
        lines = List.copyOf(lines);
    }

    /** Whether the command succeeded: 2yz. */
    public boolean isPositive() {
        return code / 100 == 2;
    }

    /** Whether the server waits for the rest of the command: 3yz. */
    public boolean isIntermediate() {
        return code / 100 == 3;
    }

    /** Whether the same command may succeed later: 4yz. */
    public boolean isTransient() {
        return code / 100 == 4;
    }

    /** Whether the same command would fail again: 5yz. */
    public boolean isPermanent() {
        return code / 100 == 5;
    }

    /** The enhanced status at the start of the text (RFC 2034); null if there is none of the code's class. */
    public @Nullable EnhancedStatus status() {
        String first = lines.get(0);
        int end = first.indexOf(' ');
        try {
            EnhancedStatus status = EnhancedStatus.parse(end < 0 ? first : first.substring(0, end));
            return status.classOf() == code / 100 ? status : null;
        } catch (IllegalArgumentException e) {
            return null; // the text starts with something else
        }
    }

    /** The code and the texts in one line. */
    public String text() {
        return (code + " " + String.join(" ", lines)).stripTrailing();
    }

    @Override
    public String toString() {
        return text();
    }
}
