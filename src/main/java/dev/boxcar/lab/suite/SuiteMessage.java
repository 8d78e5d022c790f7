// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * The message that a client sends: plain ASCII, with lines of dots and a long line, about four kilobytes, so that it
 * needs dot-stuffing and is larger than a small SIZE.
 */
final class SuiteMessage {
    private static final int LONG_LINE = 900;
    private static final int LINES = 40;

    private SuiteMessage() {}

    /** The message of a case, with CRLF line ends. */
    static String of(String name, long number, List<String> recipients) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        var lines = new StringBuilder();
        add(lines, "From: <" + SuiteClient.SENDER + ">");
        add(lines, "To: <" + String.join(">, <", recipients) + ">");
        add(lines, "Subject: suite " + name);
        add(lines, "Date: " + date);
        add(lines, "Message-ID: <" + number + "." + name + "@client.example>");
        add(lines, "");
        add(lines, "The next lines begin with dots.");
        add(lines, ".");
        add(lines, "..");
        add(lines, ".hidden");
        add(lines, "A long line: " + "x".repeat(LONG_LINE));
        for (int i = 1; i <= LINES; i++) {
            add(lines, "Line " + i + " of " + LINES + ": the quick brown fox jumps over the lazy dog.");
        }
        add(lines, "The end.");
        return lines.toString();
    }

    private static void add(StringBuilder lines, String line) {
        lines.append(line).append("\r\n");
    }
}
