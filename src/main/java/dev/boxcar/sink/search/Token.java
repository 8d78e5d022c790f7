// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One term of a query as text, without quotation marks.
 *
 * @param negated whether it begins with a minus or an exclamation mark
 * @param prefix the name before the first colon, in lower case; empty if there is none
 * @param value what follows the prefix
 * @param style how the value was written
 */
record Token(boolean negated, String prefix, String value, Style style) {
    private static final Pattern REGEX =
            Pattern.compile("((?:header:[!-9;-<>-~]+=|[A-Za-z-]+:)?)/((?:\\\\.|[^/\\\\])++)/(i?)(?=\\s|$)");
    private static final Pattern PREFIX = Pattern.compile("([A-Za-z-]+):(.*)", Pattern.DOTALL);

    /** How a value is written. */
    enum Style {
        PLAIN,
        /** The term begins with a quotation mark, so it is never the operator OR. */
        QUOTED,
        /** {@code /expression/} */
        REGEX,
        /** {@code /expression/i} */
        REGEX_IGNORING_CASE
    }

    /** Splits a query at white space outside quotation marks and regular expressions. */
    static List<Token> split(String query) throws QueryException {
        var tokens = new ArrayList<Token>();
        int at = 0;
        while (at < query.length()) {
            if (Character.isWhitespace(query.charAt(at))) {
                at++;
                continue;
            }
            boolean negated = isNegation(query, at);
            int begin = negated ? at + 1 : at;
            Matcher regex = REGEX.matcher(query).region(begin, query.length());
            if (regex.lookingAt()) {
                tokens.add(regex(negated, regex));
                at = regex.end();
            } else {
                var word = new StringBuilder();
                at = readWord(query, begin, word);
                tokens.add(word(negated, query.charAt(begin) == '"' ? Style.QUOTED : Style.PLAIN, word.toString()));
            }
        }
        return tokens;
    }

    private static boolean isNegation(String query, int at) {
        char c = query.charAt(at);
        return (c == '-' || c == '!') && at + 1 < query.length() && !Character.isWhitespace(query.charAt(at + 1));
    }

    private static Token regex(boolean negated, Matcher found) {
        String before = found.group(1);
        int colon = before.indexOf(':');
        String prefix = colon < 0 ? "" : before.substring(0, colon).toLowerCase(Locale.ROOT);
        // for header:Name=/…/ the value is Name=…, as it is for header:Name=text
        String value = before.substring(colon + 1) + found.group(2).replace("\\/", "/");
        return new Token(negated, prefix, value, found.group(3).isEmpty() ? Style.REGEX : Style.REGEX_IGNORING_CASE);
    }

    private static Token word(boolean negated, Style style, String word) {
        Matcher prefixed = PREFIX.matcher(word);
        return prefixed.matches()
                ? new Token(negated, prefixed.group(1).toLowerCase(Locale.ROOT), prefixed.group(2), style)
                : new Token(negated, "", word, style);
    }

    /** Reads to the next white space outside quotation marks. Returns where that is. */
    private static int readWord(String query, int from, StringBuilder word) throws QueryException {
        boolean quoted = false;
        int at = from;
        for (; at < query.length(); at++) {
            char c = query.charAt(at);
            if (c == '\\' && quoted && at + 1 < query.length() && "\"\\".indexOf(query.charAt(at + 1)) >= 0) {
                word.append(query.charAt(++at));
            } else if (c == '"') {
                quoted = !quoted;
            } else if (Character.isWhitespace(c) && !quoted) {
                break;
            } else {
                word.append(c);
            }
        }
        if (quoted) {
            throw new QueryException("missing closing quotation mark: " + query.substring(from));
        }
        return at;
    }

    boolean isRegex() {
        return style == Style.REGEX || style == Style.REGEX_IGNORING_CASE;
    }

    boolean ignoresCase() {
        return style == Style.REGEX_IGNORING_CASE;
    }

    /** The prefix, if any, and the value. */
    String text() {
        return prefix.isEmpty() ? value : prefix + ":" + value;
    }

    TextMatcher matcher() throws QueryException {
        return isRegex() ? RegexMatcher.of(value, ignoresCase()) : WordsMatcher.of(value);
    }
}
