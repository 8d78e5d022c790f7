// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One piece of a query: what stands between spaces, quotes taken off.
 *
 * @param negated whether a minus or an exclamation mark stands before it
 * @param prefix what stands before its first colon, in small letters, where that is a name; else empty
 * @param value what stands behind it, or all of it
 * @param quoted whether it begins with a quotation mark, so that it is no word of the language
 * @param expression whether the value stood between slashes
 * @param anyCase whether an {@code i} stood behind the second slash
 */
record Token(boolean negated, String prefix, String value, boolean quoted, boolean expression, boolean anyCase) {
    private static final Pattern EXPRESSION =
            Pattern.compile("((?:header:[!-9;-<>-~]+=|[A-Za-z-]+:)?)/((?:\\\\.|[^/\\\\])++)/(i?)(?=\\s|$)");
    private static final Pattern PREFIX = Pattern.compile("([A-Za-z-]+):(.*)", Pattern.DOTALL);

    /** Cuts a query into its pieces. */
    static List<Token> read(String query) throws QueryException {
        var tokens = new ArrayList<Token>();
        int at = 0;
        while (at < query.length()) {
            if (Character.isWhitespace(query.charAt(at))) {
                at++;
                continue;
            }
            boolean negated = isNegation(query, at);
            int begin = negated ? at + 1 : at;
            Matcher expression = EXPRESSION.matcher(query).region(begin, query.length());
            if (expression.lookingAt()) {
                tokens.add(expression(negated, expression));
                at = expression.end();
            } else {
                var word = new StringBuilder();
                at = word(query, begin, word);
                tokens.add(plain(negated, query.charAt(begin) == '"', word.toString()));
            }
        }
        return tokens;
    }

    private static boolean isNegation(String query, int at) {
        char c = query.charAt(at);
        return (c == '-' || c == '!') && at + 1 < query.length() && !Character.isWhitespace(query.charAt(at + 1));
    }

    private static Token expression(boolean negated, Matcher found) {
        String before = found.group(1);
        int colon = before.indexOf(':');
        String prefix = colon < 0 ? "" : before.substring(0, colon).toLowerCase(Locale.ROOT);
        // of header:Name=/…/ the name goes before the expression, as it does in header:Name=text
        String value = before.substring(colon + 1) + found.group(2).replace("\\/", "/");
        return new Token(negated, prefix, value, false, true, !found.group(3).isEmpty());
    }

    private static Token plain(boolean negated, boolean quoted, String word) {
        Matcher prefixed = PREFIX.matcher(word);
        if (prefixed.matches()) {
            return new Token(
                    negated, prefixed.group(1).toLowerCase(Locale.ROOT), prefixed.group(2), quoted, false, false);
        }
        return new Token(negated, "", word, quoted, false, false);
    }

    /** Reads up to a space that is in no quotes; where it ends. */
    private static int word(String query, int from, StringBuilder word) throws QueryException {
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
            throw new QueryException("a quotation mark is not closed: " + query.substring(from));
        }
        return at;
    }

    /** All of it, as it was before the prefix was told apart. */
    String whole() {
        return prefix.isEmpty() ? value : prefix + ":" + value;
    }

    TextMatcher match() throws QueryException {
        return expression ? RegexMatcher.of(value, anyCase) : WordsMatcher.of(value);
    }
}
