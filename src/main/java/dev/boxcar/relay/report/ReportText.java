// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.report;

import java.util.ArrayList;
import java.util.List;

/** Makes text from other servers safe for a report: ASCII, without control characters, in lines of bounded length. */
final class ReportText {
    private static final int LINE = 76;
    /** A longer text is cut: a server may send as much as it likes. */
    private static final int MAX = 1000;

    private ReportText() {}

    /** The text in one line of printable ASCII; other characters become question marks. */
    static String ascii(String text) {
        var plain = new StringBuilder(Math.min(text.length(), MAX));
        boolean space = false;
        for (int i = 0; i < text.length() && plain.length() < MAX; i++) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                space = plain.length() > 0;
            } else {
                if (space) {
                    plain.append(' ');
                    space = false;
                }
                plain.append(c > ' ' && c < 0x7F ? c : '?');
            }
        }
        return plain.toString();
    }

    /** The lines of a paragraph, broken at spaces where there are any. */
    static List<String> wrap(String text, String indent) {
        var lines = new ArrayList<String>();
        String rest = ascii(text);
        int width = LINE - indent.length();
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space <= 0 ? width : space;
            lines.add(indent + rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
        }
        lines.add(indent + rest);
        return lines;
    }

    /** A header field, folded. */
    static String field(String name, String value) {
        return String.join("\r\n", wrap(name + ": " + value, " ")).substring(1) + "\r\n";
    }
}
