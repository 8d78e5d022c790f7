// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.suite;

import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.lab.suite.CaseResult;
import dev.boxcar.lab.suite.CaseResult.Status;
import dev.boxcar.lab.suite.Finding;
import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.lab.verdict.Verdict.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The results as text for the terminal, in ASCII: a terminal may have any character set. */
final class SuiteText {
    private SuiteText() {}

    /** A table with one line per case, the violations below it, and the numbers. */
    static String of(List<CaseResult> results) {
        var text = new StringBuilder();
        text.append(row("case", "outcome", "exit", "accepted", "sessions", "time", "findings"));
        results.forEach(result -> text.append(row(result)));
        text.append('\n');
        for (CaseResult result : results) {
            for (Finding finding : result.violations()) {
                text.append(result.suiteCase().name())
                        .append(": ")
                        .append(of(finding))
                        .append('\n');
            }
        }
        return text.append(summary(results)).append('\n').toString();
    }

    private static String row(CaseResult result) {
        Run run = result.run();
        String status = of(result.status());
        if (run == null) {
            return row(result.suiteCase().name(), status, "", "", "", "", "");
        }
        return row(
                result.suiteCase().name(),
                status,
                run.tookTooLong() ? "-" : Integer.toString(run.status()),
                result.accepted() ? "yes" : "no",
                Integer.toString(result.sessions().size()),
                seconds(run),
                result.findings().stream()
                        .filter(finding -> finding.isViolation() || finding.id().startsWith("V"))
                        .filter(finding -> finding.level() != Level.PASS)
                        .map(finding -> finding.isViolation() ? finding.id() + "!" : finding.id())
                        .distinct()
                        .collect(Collectors.joining(" ")));
    }

    private static String row(Object... cells) {
        return String.format(Locale.ROOT, "%-22s %-12s %5s  %-8s %8s %8s  %s%n", cells)
                .replaceAll(" +(?=\\R)", "");
    }

    /** A finding in one line. */
    static String of(Finding finding) {
        return TerminalText.of(finding.toString().replace("\u00a7", "section "));
    }

    /** An outcome in words. */
    static String of(Status status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String seconds(Run run) {
        return String.format(Locale.ROOT, "%.1f s", run.time().toMillis() / 1000.0);
    }

    /** How many cases had which outcome. */
    static String summary(List<CaseResult> results) {
        String counts = Arrays.stream(Status.values())
                .map(status -> of(status) + " "
                        + results.stream()
                                .filter(result -> result.status() == status)
                                .count())
                .collect(Collectors.joining(", "));
        return results.size() + " cases: " + counts;
    }
}
