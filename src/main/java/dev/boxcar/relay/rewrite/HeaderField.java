// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.rewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A field of a header. Immutable.
 *
 * @param name in lower case; empty for lines that are no field
 * @param text the whole field, one character per byte, with folding and line end
 */
public record HeaderField(String name, String text) {

    /** The fields of a header, in order. Takes time proportional to its size. */
    public static List<HeaderField> allOf(byte[] header) {
        return allOf(new String(header, ISO_8859_1));
    }

    /** The fields of a header whose characters stand for bytes. */
    static List<HeaderField> allOf(String header) {
        var fields = new ArrayList<HeaderField>();
        int from = 0;
        while (from < header.length()) {
            int to = endOfLine(header, from);
            while (to < header.length() && (header.charAt(to) == ' ' || header.charAt(to) == '\t')) {
                to = endOfLine(header, to);
            }
            String text = header.substring(from, to);
            int colon = text.indexOf(':');
            String name = colon < 0 ? "" : text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            fields.add(new HeaderField(name, text));
            from = to;
        }
        return fields;
    }

    private static int endOfLine(String text, int from) {
        int lf = text.indexOf('\n', from);
        return lf < 0 ? text.length() : lf + 1;
    }

    /** Where the value begins in the text: after the colon. */
    int valueFrom() {
        return text.indexOf(':') + 1;
    }

    /** The text after the colon, with folding and line end. */
    public String value() {
        return text.substring(valueFrom());
    }

    /** The addresses in a field such as From, as they are written, without names and comments. */
    public List<String> addresses() {
        String value = value();
        return AddressList.of(value).stream()
                .map(place -> value.substring(place.addressFrom(), place.addressTo()))
                .toList();
    }
}
