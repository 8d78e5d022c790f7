// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import java.util.ArrayList;
import java.util.List;

/** How the bytes from the server are split into segments. */
enum Segmentation {
    WHOLE,
    OCTET_BY_OCTET,
    THREES,
    /** Each segment is a whole line and the first byte of the next. */
    STRADDLING;

    List<String> split(String text) {
        var pieces = new ArrayList<String>();
        int from = 0;
        while (from < text.length()) {
            int line = text.indexOf('\n', from);
            int to = switch (this) {
                case WHOLE -> text.length();
                case OCTET_BY_OCTET -> from + 1;
                case THREES -> from + 3;
                case STRADDLING -> line < 0 ? text.length() : line + 2;
            };
            pieces.add(text.substring(from, Math.min(to, text.length())));
            from = to;
        }
        return pieces;
    }
}
