// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

/**
 * Text of strangers, for a terminal: what would move its cursor, end its line or turn its direction is shown as an
 * escape.
 */
final class Printable {
    private Printable() {}

    /** The text with everything escaped that is no mark on the screen; tabs stay. */
    static String of(String text) {
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(c, shown));
        return shown.toString();
    }

    private static void append(int c, StringBuilder shown) {
        switch (c) {
            case '\r' -> shown.append("\\r");
            case '\n' -> shown.append("\\n");
            case '\t' -> shown.append('\t');
            default -> {
                if (isMark(c)) {
                    shown.appendCodePoint(c);
                } else {
                    shown.append(String.format("\\u%04x", c));
                }
            }
        }
    }

    private static boolean isMark(int c) {
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
