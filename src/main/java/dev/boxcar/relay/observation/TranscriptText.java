// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Writes what was said in a recorded attempt: how the session began, and the transaction of this message. Transactions
 * of other messages in the same session are left out. One thread.
 */
public final class TranscriptText {
    private record Line(long micros, String text) {}

    private TranscriptText() {}

    /** The lines; the first names the attempt and the server. Times are seconds since the session began. */
    public static List<String> of(RecordedAttempt attempt) {
        SessionRecord session = attempt.session();
        var lines = new ArrayList<Line>();
        if (!session.replies().isEmpty()) {
            addReply(lines, session.replies().get(0));
        }
        int transaction = -1;
        for (Item item : session.items()) {
            if ("MAIL".equals(item.verb())) {
                transaction++;
            }
            if (transaction < 0 || transaction == attempt.transaction()) {
                lines.add(new Line(item.atMicros(), "C: " + text(item)));
                RecordedReply reply = session.replyTo(item);
                if (reply != null) {
                    addReply(lines, reply);
                }
            }
        }
        lines.sort(Comparator.comparingLong(Line::micros)); // stable: a command comes before its reply
        var text = new ArrayList<String>();
        text.add("attempt " + attempt.attempt() + " at " + attempt.host() + ", " + session.start() + ", tls="
                + attempt.tls() + ", dkim=" + attempt.dkim());
        lines.forEach(line -> text.add(String.format(Locale.ROOT, "%8.3f %s", line.micros() / 1e6, line.text())));
        return text;
    }

    private static void addReply(List<Line> lines, RecordedReply reply) {
        if (reply.leftMicros() >= 0) {
            lines.add(new Line(reply.leftMicros(), "S: " + reply.text()));
        }
    }

    private static String text(Item item) {
        return switch (item.kind()) {
            case MESSAGE -> "(message of " + item.bytes() + " bytes)";
            case LINE -> "(line of " + item.bytes() + " bytes)";
            case COMMAND -> item.text().isEmpty() ? item.verb() + " ..." : item.text();
        };
    }
}
