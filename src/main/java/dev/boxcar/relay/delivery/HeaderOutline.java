// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/**
 * What the header of a message has.
 *
 * @param isPresent whether the message begins with a field or an empty line
 * @param end where the header ends
 */
record HeaderOutline(boolean isPresent, boolean hasDate, boolean hasMessageId, int end) {
    static HeaderOutline of(byte[] bytes) {
        return of(bytes, bytes.length);
    }

    /** The outline of the first {@code length} bytes. */
    static HeaderOutline of(byte[] bytes, int length) {
        boolean present = false;
        boolean date = false;
        boolean messageId = false;
        int line = 0;
        while (line < length) {
            int lf = line;
            while (lf < length && bytes[lf] != '\n') {
                lf++;
            }
            int end = lf > line && bytes[lf - 1] == '\r' ? lf - 1 : lf;
            if (end == line) {
                return new HeaderOutline(true, date, messageId, line);
            }
            if (bytes[line] != ' ' && bytes[line] != '\t') {
                String name = fieldName(bytes, line, end);
                if (name.isEmpty()) {
                    break; // not a header line: the header ends here
                }
                present = true;
                date |= name.equals("date");
                messageId |= name.equals("message-id");
            } else if (!present) {
                break;
            }
            line = lf + 1;
        }
        return new HeaderOutline(present, date, messageId, Math.min(line, length));
    }

    /** The name of the field in lower case; empty if the line is not the start of a field. */
    private static String fieldName(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ':') {
                return new String(bytes, from, i - from, ISO_8859_1).strip().toLowerCase(Locale.ROOT);
            } else if (bytes[i] <= ' ') {
                return "";
            }
        }
        return "";
    }

    /** Where the body begins: after the empty line, or where the header ends without one. */
    int bodyFrom(byte[] bytes, int length) {
        int from = end < length && bytes[end] == '\r' ? end + 1 : end;
        return from < length && bytes[from] == '\n' ? from + 1 : end;
    }
}
