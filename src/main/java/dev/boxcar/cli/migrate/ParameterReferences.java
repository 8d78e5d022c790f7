// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import java.util.function.UnaryOperator;

/**
 * Expands the references to parameters in a value (postconf(5)): {@code $name}, <code>${name}</code>, {@code $(name)},
 * <code>${name?text}</code>, <code>${name:text}</code> and <code>${name?{text}:{text}}</code>. One thread.
 */
final class ParameterReferences {
    private static final int MAX_DEPTH = 20;

    private final UnaryOperator<String> values;

    /** Expands with the values that {@code values} has for names; a parameter that is not set is empty. */
    ParameterReferences(UnaryOperator<String> values) {
        this.values = values;
    }

    /** The text with all references expanded. */
    String expand(String text) {
        return expand(text, 0);
    }

    private String expand(String text, int depth) {
        if (depth > MAX_DEPTH) {
            return text; // a parameter refers to itself
        }
        var expanded = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
            if (text.charAt(at) != '$') {
                expanded.append(text.charAt(at));
                at++;
            } else if (next == '{' || next == '(') {
                int end = closing(text, at + 1);
                expanded.append(end < 0 ? text.substring(at) : reference(text.substring(at + 2, end), depth));
                at = end < 0 ? text.length() : end + 1;
            } else {
                int end = endOfName(text, at + 1);
                expanded.append(end == at + 1 ? "$" : value(text.substring(at + 1, end), depth));
                at = next == '$' ? at + 2 : end;
            }
        }
        return expanded.toString();
    }

    private String value(String name, int depth) {
        return expand(values.apply(name), depth + 1);
    }

    /** What stands between the brackets. */
    private String reference(String inner, int depth) {
        int end = endOfName(inner, 0);
        if (end == 0) {
            return "${" + inner + "}"; // a comparison
        }
        String value = value(inner.substring(0, end), depth);
        if (end == inner.length()) {
            return value;
        }
        String text = inner.substring(end + 1).strip();
        if (inner.charAt(end) == ':') {
            return value.isEmpty() ? expand(withoutBraces(text), depth + 1) : value;
        }
        int endOfFirst = text.startsWith("{") ? closing(text, 0) + 1 : text.length();
        String other = text.substring(endOfFirst).strip();
        String chosen = value.isEmpty()
                ? (other.startsWith(":") ? other.substring(1).strip() : "")
                : text.substring(0, endOfFirst);
        return expand(withoutBraces(chosen), depth + 1);
    }

    private static String withoutBraces(String text) {
        return text.startsWith("{") && text.endsWith("}")
                ? text.substring(1, text.length() - 1).strip()
                : text;
    }

    private static int endOfName(String text, int from) {
        int end = from;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    /** Where the bracket at {@code open} is closed; -1 if it is not. */
    private static int closing(String text, int open) {
        char opening = text.charAt(open);
        char closing = opening == '{' ? '}' : ')';
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            depth += text.charAt(i) == opening ? 1 : text.charAt(i) == closing ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
