// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.util.List;
import java.util.stream.Stream;

/**
 * How a rule changes the answer to EHLO.
 *
 * @param hide keywords that are left out, with their parameters; the session supports them all the same
 * @param add lines that are added
 * @param lie keywords that are offered and then refused: added if they are not in the answer
 */
public record EhloChange(List<String> hide, List<String> add, List<String> lie) {
    /** No change. */
    public static final EhloChange NONE = new EhloChange(List.of(), List.of(), List.of());

    static final int MAX_ENTRIES = 50;
    private static final String KEYWORD = "[A-Za-z0-9][A-Za-z0-9-]{0,99}";
    private static final String LINE = "[A-Za-z0-9][\\x20-\\x7E]{0,399}";

    /** Checks the keywords (RFC 5321 §4.1.1.1). */
    public EhloChange {
        hide = checked(hide, KEYWORD, "keyword", "PIPELINING");
        add = checked(add, LINE, "line", "XTEST 1");
        lie = checked(lie, KEYWORD, "keyword", "STARTTLS");
    }

    private static List<String> checked(List<String> entries, String form, String what, String example) {
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("more than " + MAX_ENTRIES + " entries");
        }
        for (String entry : entries) {
            if (!entry.matches(form)) {
                throw new IllegalArgumentException("invalid " + what + " '" + entry + "' (example: " + example + ")");
            }
        }
        return List.copyOf(entries);
    }

    /** This change, and these keywords are left out. */
    public EhloChange hiding(String... keywords) {
        return new EhloChange(joined(hide, keywords), add, lie);
    }

    /** This change, and these lines are added. */
    public EhloChange adding(String... lines) {
        return new EhloChange(hide, joined(add, lines), lie);
    }

    /** This change, and these keywords are offered and then refused. */
    public EhloChange lying(String... keywords) {
        return new EhloChange(hide, add, joined(lie, keywords));
    }

    private static List<String> joined(List<String> first, String... second) {
        return Stream.concat(first.stream(), Stream.of(second)).toList();
    }

    /** Whether a line of the answer, such as {@code SIZE 1000}, is left out. */
    public boolean hides(String line) {
        String keyword = line.split(" ", 2)[0];
        return hide.stream().anyMatch(keyword::equalsIgnoreCase);
    }

    /** Whether a keyword is offered only to be refused. */
    public boolean refuses(String keyword) {
        return lie.stream().anyMatch(keyword::equalsIgnoreCase);
    }

    /** The change in words: for the record of what was done. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        append(text, "hide", hide);
        append(text, "add", add);
        append(text, "lie", lie);
        return text.length() == 0 ? "no change" : text.toString();
    }

    private static void append(StringBuilder text, String what, List<String> entries) {
        if (!entries.isEmpty()) {
            text.append(text.length() == 0 ? "" : "; ").append(what).append(' ').append(String.join(", ", entries));
        }
    }
}
