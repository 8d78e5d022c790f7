// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

/** Removes the comments of a structured header field (RFC 5322 §3.2.2). */
final class Comments {
    private Comments() {}

    /** The value with each comment, nested ones included, replaced by a space. An unclosed one ends the value. */
    static String remove(String value) {
        if (value.indexOf('(') < 0) {
            return value;
        }
        var text = new StringBuilder(value.length());
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length() && (depth > 0 || quoted)) {
                i++;
                if (depth == 0) {
                    text.append(c).append(value.charAt(i));
                }
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
                text.append(c);
            } else if (c == '(' && !quoted) {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
                text.append(' ');
            } else if (depth == 0) {
                text.append(c);
            }
        }
        return text.toString();
    }
}
