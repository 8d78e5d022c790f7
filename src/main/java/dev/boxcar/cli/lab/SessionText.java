// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import dev.boxcar.cli.lab.TerminalColor.Style;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.lab.fault.InjectedFault;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A session as text for the terminal: what the client sent in each flight and what the server replied, with the times
 * since the start of the session. Long runs of commands or replies are shortened.
 */
final class SessionText {
    private static final int MAX_RUN = 16;
    private static final int FIRST_OF_RUN = 8;
    private static final int LAST_OF_RUN = 4;
    private static final int NO_ITEM = -2;
    private static final int FLIGHT_WIDTH = 4;
    private static final String NO_TIME = " ".repeat(11);
    private static final long THOUSAND = 1_000;

    /** One thing that was said. */
    private record Line(long micros, boolean fromClient, int flight, Style style, String text, int item) {}

    private final SessionRecord session;
    private final List<InjectedFault> faults;
    private final TerminalColor color;
    private final StringBuilder text = new StringBuilder();
    private long shownMicros = -1;
    private int shownFlight = -1;

    private SessionText(SessionRecord session, List<InjectedFault> faults, TerminalColor color) {
        this.session = session;
        this.faults = faults;
        this.color = color;
    }

    /** The session with what scripts did to it, and below it these lines about it. */
    static String of(SessionRecord session, List<InjectedFault> faults, TerminalColor color, List<String> findings) {
        return new SessionText(session, faults, color).text(findings);
    }

    private String text(List<String> findings) {
        List<Line> lines = lines();
        long end = lines.stream().mapToLong(Line::micros).max().orElse(0);
        String heading = "session " + session.id() + " from " + TerminalText.of(session.client()) + ", "
                + count(session.flights().size(), "flight") + ", " + seconds(end);
        text.append(color.paint(Style.HEADING, heading)).append(faultsAt(-1)).append('\n');
        int from = 0;
        while (from < lines.size()) {
            int to = from;
            while (to < lines.size() && sameRun(lines.get(from), lines.get(to))) {
                to++;
            }
            appendRun(lines.subList(from, to));
            from = to;
        }
        if (session.droppedEvents() > 0) {
            text.append("  ")
                    .append(count(session.droppedEvents(), "more event"))
                    .append(" not recorded\n");
        }
        findings.forEach(finding -> text.append("  ").append(finding).append('\n'));
        return text.append('\n').toString();
    }

    private static boolean sameRun(Line a, Line b) {
        return a.fromClient() == b.fromClient() && a.flight() == b.flight();
    }

    private void appendRun(List<Line> run) {
        if (run.size() <= MAX_RUN) {
            run.forEach(this::append);
            return;
        }
        run.subList(0, FIRST_OF_RUN).forEach(this::append);
        int omitted = run.size() - FIRST_OF_RUN - LAST_OF_RUN;
        text.append("     ").append(NO_TIME).append("     ... ").append(omitted).append(" more\n");
        run.subList(run.size() - LAST_OF_RUN, run.size()).forEach(this::append);
    }

    private void append(Line line) {
        boolean newFlight = line.fromClient() && line.flight() != shownFlight;
        String number = newFlight ? Integer.toString(line.flight() + 1) : "";
        if (newFlight) {
            shownFlight = line.flight();
        }
        // a write takes microseconds, and each of its replies has its own time; only a wait is worth a time
        boolean newTime = newFlight || line.micros() / 1000 != shownMicros / 1000;
        String time = newTime ? padded(millis(line.micros()), NO_TIME.length()) : NO_TIME;
        shownMicros = line.micros();
        text.append(padded(number, FLIGHT_WIDTH))
                .append(' ')
                .append(color.paint(Style.TIME, time))
                .append("  ")
                .append(color.paint(line.style(), (line.fromClient() ? "C: " : "S: ") + line.text()))
                .append(faultsAt(line.item()))
                .append('\n');
    }

    /** What scripts did at this item; -1 is the connection itself. */
    private String faultsAt(int item) {
        var done = new StringBuilder();
        for (InjectedFault fault : faults) {
            if (fault.item() == item) {
                String what =
                        "  <- " + fault.script() + " rules[" + fault.rule() + "]: " + TerminalText.of(fault.done());
                done.append(color.paint(Style.FAULT, what));
            }
        }
        return done.toString();
    }

    /** Everything that was said, in the order of time. */
    private List<Line> lines() {
        var lines = new ArrayList<Line>();
        List<Item> items = session.items();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            lines.add(new Line(item.atMicros(), true, item.flight(), Style.COMMAND, text(item), i));
        }
        for (RecordedReply reply : session.replies()) {
            if (reply.leftMicros() >= 0) {
                lines.add(new Line(reply.leftMicros(), false, 0, style(reply), TerminalText.of(reply.text()), NO_ITEM));
            }
        }
        lines.sort(Comparator.comparingLong(Line::micros)); // stable: a command comes before its reply
        return lines;
    }

    private static String text(Item item) {
        return switch (item.kind()) {
            case MESSAGE -> "(message of " + grouped(item.bytes()) + " bytes)";
            case LINE -> "(line of " + grouped(item.bytes()) + " bytes)";
            case COMMAND -> item.hidesSecret() ? item.publicText() + " ..." : TerminalText.of(item.publicText());
        };
    }

    private static Style style(RecordedReply reply) {
        return switch (reply.code() / 100) {
            case 4 -> Style.TRANSIENT;
            case 5 -> Style.PERMANENT;
            default -> Style.SUCCESS;
        };
    }

    static String count(long number, String what) {
        return grouped(number) + " " + what + (number == 1 ? "" : "s");
    }

    static String seconds(long micros) {
        long hundredths = (micros + 5_000) / 10_000;
        long rest = hundredths % 100;
        return grouped(hundredths / 100) + (rest < 10 ? ".0" : ".") + rest + " s";
    }

    private static String millis(long micros) {
        long tenths = (micros + 50) / 100;
        return grouped(tenths / 10) + "." + tenths % 10 + " ms";
    }

    /** The number with a comma after each thousand. */
    private static String grouped(long number) {
        if (number < THOUSAND) {
            return Long.toString(number);
        }
        String last = Long.toString(THOUSAND + number % THOUSAND).substring(1);
        return grouped(number / THOUSAND) + "," + last;
    }

    private static String padded(String number, int width) {
        return number.length() >= width ? number : " ".repeat(width - number.length()) + number;
    }
}
