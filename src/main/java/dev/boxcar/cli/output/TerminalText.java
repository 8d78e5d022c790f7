// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.output;

/**
 * Makes text from the network safe to show on a terminal or in a log line: it escapes characters that would move the
 * cursor, end the line or change the writing direction.
 */
public final class TerminalText {
    private TerminalText() {}

    /** The text with all invisible characters escaped, except tabs. */
    public static String of(String text) {
        if (isPlain(text)) {
            return text;
        }
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(c, shown));
        return shown.toString();
    }

    /** Whether all of it is printable ASCII, as nearly all text of a session is. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static void append(int c, StringBuilder shown) {
        switch (c) {
            case '\r' -> shown.append("\\r");
            case '\n' -> shown.append("\\n");
            case '\t' -> shown.append('\t');
            default -> {
                if (isVisible(c)) {
                    shown.appendCodePoint(c);
                } else {
                    shown.append(String.format("\\u%04x", c));
                }
            }
        }
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
