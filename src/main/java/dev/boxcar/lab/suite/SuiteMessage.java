// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.smtp.HeaderDate;
import java.time.Instant;
import java.util.List;

/**
 * The message that a client sends: plain ASCII unless the case wants 8-bit text, with lines of dots and a long line,
 * about four kilobytes or as large as the case demands, so that it needs dot-stuffing and is larger than a small SIZE.
 */
final class SuiteMessage {
    private static final int LONG_LINE = 900;
    private static final int LINES = 40;
    private static final int REST_LINE = 500;

    private static final String EIGHT_BIT = "Na\u00efve caf\u00e9 \u20ac";
    private static final String DOTS_FOLLOW = "The next lines begin with dots.\r\n";
    private static final String DOTS = ".\r\n..\r\n.hidden\r\n";

    private SuiteMessage() {}

    /** Whether this content has the lines that begin with dots, each with one dot more. */
    static boolean hasDoubledDots(String content) {
        return content.contains(DOTS_FOLLOW + DOTS.replaceAll("(?m)^", ".").stripTrailing());
    }

    /** The message of a case, with CRLF line ends. */
    static String of(SuiteCase suiteCase, long number, List<String> recipients) {
        String name = suiteCase.name();
        var lines = new StringBuilder();
        add(lines, "From: <" + SuiteClient.SENDER + ">");
        add(lines, "To: <" + String.join(">, <", recipients) + ">");
        add(lines, "Subject: suite " + name);
        add(lines, "Date: " + HeaderDate.of(Instant.now()));
        add(lines, "Message-ID: <" + number + "." + name + "@client.example>");
        if (suiteCase.text() == SuiteCase.Text.EIGHT_BIT) {
            add(lines, "MIME-Version: 1.0");
            add(lines, "Content-Type: text/plain; charset=utf-8");
            add(lines, "Content-Transfer-Encoding: 8bit");
        }
        add(lines, "");
        if (suiteCase.text() == SuiteCase.Text.EIGHT_BIT) {
            add(lines, EIGHT_BIT);
        }
        lines.append(DOTS_FOLLOW).append(DOTS);
        add(lines, "A long line: " + "x".repeat(LONG_LINE));
        for (int i = 1; i <= LINES; i++) {
            add(lines, "Line " + i + " of " + LINES + ": the quick brown fox jumps over the lazy dog.");
        }
        for (int i = 1; lines.length() < suiteCase.messageBytes(); i++) {
            add(lines, "Line " + i + " of the rest: " + "y".repeat(REST_LINE));
        }
        add(lines, "The end.");
        return lines.toString();
    }

    private static void add(StringBuilder lines, String line) {
        lines.append(line).append("\r\n");
    }
}
