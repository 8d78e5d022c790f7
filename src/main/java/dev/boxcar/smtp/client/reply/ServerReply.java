// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.reply;

import dev.boxcar.smtp.EnhancedStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered (RFC 5321 §4.2), as it came: nothing about its texts is checked, and they may hold any
 * character but LF. Immutable; any thread.
 *
 * @param code 200 to 599
 * @param lines the texts behind the code, one at least
 */
public record ServerReply(int code, List<String> lines) {
    /** The server closes the connection behind this, whatever it answers (RFC 5321 §3.8). */
    public static final int CLOSING = 421;

    public ServerReply {
        lines = List.copyOf(lines);
    }

    /** Whether the command did what it should: 2yz. */
    public boolean isPositive() {
        return code / 100 == 2;
    }

    /** Whether the server waits for what belongs to the command: 3yz. */
    public boolean isIntermediate() {
        return code / 100 == 3;
    }

    /** Whether the same may succeed later: 4yz. */
    public boolean isTransient() {
        return code / 100 == 4;
    }

    /** Whether the same would fail again: 5yz. */
    public boolean isPermanent() {
        return code / 100 == 5;
    }

    /** The enhanced status that the answer begins with (RFC 2034), or null where it has none of its code's class. */
    public @Nullable EnhancedStatus status() {
        String first = lines.get(0);
        int end = first.indexOf(' ');
        try {
            EnhancedStatus status = EnhancedStatus.parse(end < 0 ? first : first.substring(0, end));
            return status.classOf() == code / 100 ? status : null;
        } catch (IllegalArgumentException e) {
            return null; // it begins with something else
        }
    }

    /** The code and the texts, in one line. */
    public String text() {
        return (code + " " + String.join(" ", lines)).stripTrailing();
    }

    @Override
    public String toString() {
        return text();
    }
}
