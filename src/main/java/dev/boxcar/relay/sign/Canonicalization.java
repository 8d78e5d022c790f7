// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import dev.boxcar.relay.rewrite.HeaderField;
import java.util.Locale;

/** How much a message may change on its way without breaking its signature (RFC 6376 §3.4). */
public enum Canonicalization {
    /** Nothing, except empty lines at the end. */
    SIMPLE,
    /** White space, and the case of names of fields. */
    RELAXED;

    /** The word in signatures and options. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The field as it is signed, without its last line end. */
    String field(HeaderField field) {
        String text = withoutLineEnd(field.text());
        return this == SIMPLE ? text : relaxed(field.name(), text);
    }

    private static String withoutLineEnd(String text) {
        int end = text.length();
        if (end > 0 && text.charAt(end - 1) == '\n') {
            end--;
        }
        if (end > 0 && text.charAt(end - 1) == '\r') {
            end--;
        }
        return text.substring(0, end);
    }

    /** RFC 6376 §3.4.2: unfolded, with single spaces, and without spaces around the colon and at the end. */
    private static String relaxed(String name, String text) {
        var relaxed = new StringBuilder(text.length()).append(name).append(':');
        int start = relaxed.length();
        boolean spaceBefore = false;
        for (int i = text.indexOf(':') + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\t') {
                spaceBefore = true;
            } else if (c != '\r' && c != '\n') {
                if (spaceBefore && relaxed.length() > start) {
                    relaxed.append(' ');
                }
                spaceBefore = false;
                relaxed.append(c);
            }
        }
        return relaxed.toString();
    }
}
