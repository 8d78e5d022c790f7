// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.alias;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits the lines of a file of aliases into names and values. Commas separate values; a colon ends a name; double
 * quotes keep both, and spaces, as a part of the text.
 */
final class AliasLine {
    private final String text;
    private int at;

    AliasLine(String text) {
        this.text = text;
    }

    /** The name before the colon, without its quotes; the values follow. */
    String name() {
        String name = token(":");
        if (at >= text.length() || text.charAt(at) != ':') {
            throw new IllegalArgumentException("expected NAME: ADDRESS, ...");
        }
        at++;
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the name is missing");
        }
        return name;
    }

    /** The values of the rest of the line, without their quotes. */
    List<String> values() {
        var values = new ArrayList<String>();
        while (at < text.length()) {
            String value = token(",");
            at++;
            if (!value.isEmpty()) {
                values.add(value);
            }
        }
        return values;
    }

    /** The text up to one of these characters or the end; a quoted local part of an address keeps its quotes. */
    private String token(String ends) {
        var token = new StringBuilder();
        boolean quoted = false;
        while (at < text.length() && (quoted || ends.indexOf(text.charAt(at)) < 0)) {
            char c = text.charAt(at);
            if (c == '\\' && quoted && at + 1 < text.length()) {
                token.append(c);
                at++;
                c = text.charAt(at);
            } else if (c == '"') {
                quoted = !quoted;
            }
            token.append(c);
            at++;
        }
        if (quoted) {
            throw new IllegalArgumentException("the closing quote is missing");
        }
        String all = token.toString().strip();
        boolean whole = all.length() >= 2
                && all.startsWith("\"")
                && all.endsWith("\"")
                && all.indexOf('"', 1) == all.length() - 1;
        return whole ? all.substring(1, all.length() - 1).replaceAll("\\\\(.)", "$1") : all;
    }
}
