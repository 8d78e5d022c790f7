// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.util.function.Consumer;

/**
 * Splits the bytes of one direction into lines for display, each as {@code "text\r\n"}: with its line end, so that a
 * bare LF is visible, with escapes for everything that is not printable ASCII, and shortened if it is long. Keeps no
 * more of a line than it shows.
 */
final class LineView {
    /** How many bytes of a line are shown. */
    static final int SHOWN_BYTES = 240;

    private final Consumer<String> lines;
    private final StringBuilder shown = new StringBuilder();
    private long bytes;

    /** Passes each complete line to {@code lines}. */
    LineView(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Takes the bytes {@code from} to {@code to}, exclusive. */
    void take(byte[] input, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes++ < SHOWN_BYTES) {
                escape(input[i]);
            }
            if (input[i] == '\n') {
                show();
            }
        }
    }

    /** Whether there is an incomplete line. */
    boolean isUnfinished() {
        return bytes > 0;
    }

    /** Shows the incomplete line, if there is one. */
    void show() {
        if (bytes > 0) {
            String omitted = bytes > SHOWN_BYTES ? "... and " + (bytes - SHOWN_BYTES) + " more bytes" : "";
            lines.accept("\"" + shown + "\"" + omitted);
            shown.setLength(0);
            bytes = 0;
        }
    }

    private void escape(byte b) {
        switch (b) {
            case '\r' -> shown.append("\\r");
            case '\n' -> shown.append("\\n");
            case '\t' -> shown.append("\\t");
            case '"', '\\' -> shown.append('\\').append((char) b);
            default -> {
                if (b >= ' ' && b <= '~') {
                    shown.append((char) b);
                } else {
                    shown.append("\\x")
                            .append(Character.forDigit(b >> 4 & 0xF, 16))
                            .append(Character.forDigit(b & 0xF, 16));
                }
            }
        }
    }
}
