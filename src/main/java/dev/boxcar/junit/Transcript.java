// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.lab.fault.InjectedFault;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A session as lines, in the order of time: what the client sent, each with its flight, what the server replied, and
 * what scripts did. Immutable.
 */
final class Transcript {
    /** A longer transcript shows its beginning and its end. */
    private static final int MAX_LINES = 200;

    private static final int LAST_LINES = 50;

    /** Who did what a line says. */
    enum Source {
        CLIENT("C:"),
        SERVER("S:"),
        SCRIPT("#");

        private final String sign;

        Source(String sign) {
            this.sign = sign;
        }
    }

    /**
     * One line.
     *
     * @param micros when, since the start of the session; -1 for a reply that never left
     * @param flight the number of the client's flight, from 1 on; 0 if the client did not send it
     * @param text the line; the client may have chosen it
     */
    record Line(long micros, Source source, int flight, String text) {
        private long sortKey() {
            return micros < 0 ? Long.MAX_VALUE : micros;
        }

        String time() {
            return micros < 0 ? "never" : String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
        }
    }

    private final SessionRecord session;
    private final List<InjectedFault> faults;

    Transcript(SessionRecord session, List<InjectedFault> faults) {
        this.session = session;
        this.faults = faults;
    }

    /** All lines. Within a turn of the server, the input comes before the replies. */
    List<Line> lines() {
        var lines = new ArrayList<Line>();
        addFaults(-1, 0, lines);
        for (int i = 0; i < session.items().size(); i++) {
            Item item = session.items().get(i);
            lines.add(new Line(item.atMicros(), Source.CLIENT, item.flight() + 1, text(item)));
            addFaults(i, item.atMicros(), lines);
        }
        for (RecordedReply reply : session.replies()) {
            lines.add(new Line(reply.leftMicros(), Source.SERVER, 0, printable(reply.text())));
        }
        lines.sort(Comparator.comparingLong(Line::sortKey));
        return List.copyOf(lines);
    }

    private void addFaults(int item, long micros, List<Line> lines) {
        for (InjectedFault fault : faults) {
            if (fault.item() == item) {
                String text = "script " + fault.script() + ", rule " + (fault.rule() + 1) + ": " + fault.done();
                lines.add(new Line(micros, Source.SCRIPT, 0, text));
            }
        }
    }

    private static String text(Item item) {
        return switch (item.kind()) {
            case COMMAND -> item.hidesSecret() ? item.publicText() + " (not shown)" : printable(item.publicText());
            case LINE -> "(a line of " + item.bytes() + " bytes, not shown)";
            case MESSAGE -> "(" + item.bytes() + " bytes of a message)";
        };
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** One line about the session as a whole. */
    String heading() {
        return "session " + session.id() + " from " + session.client() + ": "
                + count(session.roundTrips(), "round trip")
                + (session.roundTrips() > 0 ? ", " + session.possibleRoundTrips() + " possible" : "")
                + (session.ended() ? "" : ", still open")
                + (session.droppedEvents() == 0 ? "" : ", not recorded to its end");
    }

    private static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    /** The heading and the lines, as text. */
    @Override
    public String toString() {
        var text = new StringBuilder(heading()).append('\n');
        List<Line> lines = lines();
        int flight = 0;
        for (int i = 0; i < lines.size(); i++) {
            int omitted = lines.size() - MAX_LINES;
            if (omitted > 0 && i == MAX_LINES - LAST_LINES) {
                text.append("      ... ").append(omitted).append(" lines more\n");
                i += omitted;
            }
            Line line = lines.get(i);
            boolean begins = line.flight() > flight;
            flight = Math.max(flight, line.flight());
            text.append(String.format(
                    Locale.ROOT,
                    "%12s  %-9s %s %s\n",
                    line.time(),
                    begins ? "flight " + flight : "",
                    line.source().sign,
                    line.text()));
        }
        return text.toString();
    }
}
