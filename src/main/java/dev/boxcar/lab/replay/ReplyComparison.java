// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.replay;

import dev.boxcar.record.transcript.Dialogue.Expected;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Compares the lines of a server with the replies that are expected, in order. Not thread-safe. */
final class ReplyComparison {
    private final Queue<Expected> expected = new ArrayDeque<>();
    private int lastLine;

    /** The server must send these replies after the ones before. */
    void expect(List<Expected> replies) {
        expected.addAll(replies);
    }

    /** How many replies are still missing. */
    int missing() {
        return expected.size();
    }

    /** Takes a line of the server, without its CRLF; returns the difference, or null if it is what is expected. */
    @Nullable
    ReplayDifference line(String text) {
        Expected next = expected.peek();
        if (next == null) {
            return new ReplayDifference(lastLine, "no further reply", text);
        }
        lastLine = next.line();
        if (!next.matches(text)) {
            return new ReplayDifference(next.line(), next.pattern(), text);
        }
        boolean isContinued = text.startsWith("-", 3);
        if (!next.wholeReply() || !isContinued) {
            expected.remove();
        }
        return null;
    }

    /** The server did this instead of the next reply, or of what is done in this line if no reply is missing. */
    ReplayDifference instead(String actual, int line, String otherwise) {
        Expected next = expected.peek();
        return next == null
                ? new ReplayDifference(line, otherwise, actual)
                : new ReplayDifference(next.line(), next.pattern(), actual);
    }
}
