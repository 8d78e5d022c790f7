// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.util.function.Consumer;

/**
 * Cuts the bytes of one direction into lines to look at, each as {@code "text\r\n"}: with its end, so that a bare LF
 * shows, with escapes for all that is not printable ASCII, and cut when it is long. Keeps no more of a line than it
 * will show.
 */
final class LineView {
    /** What of a line is shown. */
    static final int SHOWN_BYTES = 240;

    private final Consumer<String> lines;
    private final StringBuilder shown = new StringBuilder();
    private long bytes;

    /** {@code lines} is given each line when its end has come. */
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

    /** Whether a line has begun and not ended. */
    boolean isUnfinished() {
        return bytes > 0;
    }

    /** Shows what there is of a line that has not ended. */
    void show() {
        if (bytes > 0) {
            String cut = bytes > SHOWN_BYTES ? "... and " + (bytes - SHOWN_BYTES) + " octets more" : "";
            lines.accept("\"" + shown + "\"" + cut);
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
