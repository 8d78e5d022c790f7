// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import static java.util.stream.Collectors.joining;

import dev.boxcar.cli.lab.TerminalColor.Style;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.record.SessionRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The lines below a printed session: its round trips, and the verdicts, worst first. */
final class SessionFindings {
    /** A line across an ocean, to show what round trips cost. */
    private static final Duration OCEAN = Duration.ofMillis(70);

    private SessionFindings() {}

    static List<String> of(SessionRecord session, List<Verdict> verdicts, TerminalColor color) {
        var lines = new ArrayList<String>();
        if (!session.flights().isEmpty()) {
            lines.add(session.trips().sentence(OCEAN));
        }
        for (Verdict verdict : verdicts) {
            if (verdict.level() == Verdict.Level.VIOLATION) {
                lines.add(color.paint(Style.VIOLATION, text(verdict)));
            }
        }
        for (Verdict verdict : verdicts) {
            if (verdict.level() == Verdict.Level.ADVICE) {
                lines.add(color.paint(Style.ADVICE, text(verdict)));
            }
        }
        addIds(lines, "unknown (--hold finds out more): ", verdicts, Verdict.Level.UNKNOWN);
        addIds(lines, "pass: ", verdicts, Verdict.Level.PASS);
        return lines;
    }

    /** In ASCII, because a terminal may have any character set. */
    private static String text(Verdict verdict) {
        String requirement = verdict.rule().requirement();
        return verdict.id() + " " + verdict.level() + (requirement.isEmpty() ? "" : " of a " + requirement) + " in RFC "
                + verdict.rfc() + " section " + verdict.section() + ": " + TerminalText.of(verdict.text());
    }

    private static void addIds(List<String> lines, String label, List<Verdict> verdicts, Verdict.Level level) {
        String ids = verdicts.stream()
                .filter(verdict -> verdict.level() == level)
                .map(Verdict::id)
                .collect(joining(" "));
        if (!ids.isEmpty()) {
            lines.add(label + ids);
        }
    }
}
