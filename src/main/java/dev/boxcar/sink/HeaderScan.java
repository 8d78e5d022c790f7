// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/**
 * Finds one header field of a message without parsing the rest. The thread that commits messages calls it, so it must
 * be fast.
 */
final class HeaderScan {
    private static final int MAX_BYTES = 64 * 1024;

    private HeaderScan() {}

    /**
     * The value of the first field of this name, unfolded (RFC 5322 §2.2.3), or empty. Only the first 64 KiB of the
     * message are searched.
     */
    static String firstValue(InputStream message, String name) throws IOException {
        byte[] bytes = message.readNBytes(MAX_BYTES);
        String head =
                new String(bytes, ISO_8859_1); // one character per byte, so that invalid UTF-8 cannot hide a line end
        for (int line = 0; line < head.length(); ) {
            int end = endOfField(head, line);
            int colon = head.indexOf(':', line);
            if (end - line <= 2 && head.substring(line, end).isBlank()) {
                return "";
            }
            if (colon > line
                    && colon < end
                    && head.substring(line, colon).strip().equalsIgnoreCase(name)) {
                return new String(bytes, colon + 1, end - colon - 1, UTF_8)
                        .replaceAll("\\r?\\n", "")
                        .strip();
            }
            line = end;
        }
        return "";
    }

    /** The index after the line and the lines that continue it. */
    private static int endOfField(String head, int line) {
        int end = line;
        do {
            int newline = head.indexOf('\n', end);
            end = newline < 0 ? head.length() : newline + 1;
        } while (end < head.length() && end > line + 2 && (head.charAt(end) == ' ' || head.charAt(end) == '\t'));
        return end;
    }
}
