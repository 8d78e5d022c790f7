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

    /** The text of the comment at the end of an address, without its escapes; empty if there is none. */
    static String last(String address) {
        if (!address.endsWith(")")) {
            return "";
        }
        var lexer = new AddressLexer(address);
        int last = 0;
        for (int end = 0; end < address.length(); end = lexer.skip(end)) {
            last = end;
        }
        boolean isComment = address.charAt(last) == '(' && last < address.length() - 1;
        return isComment ? address.substring(last + 1, address.length() - 1).replaceAll("\\\\(.)", "$1") : "";
    }
}
