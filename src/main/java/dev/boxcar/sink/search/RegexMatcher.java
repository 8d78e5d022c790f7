// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression, as {@link Pattern} has them. One that would run for ever is given up: each character that it
 * looks at may be the one at which the clock is read. Immutable.
 */
final class RegexMatcher implements TextMatcher {
    private static final int CHARACTERS_A_LOOK = 4096;
    private static final Pattern ADDRESS = Pattern.compile("^(.*?) ?<([^<>\n]*)>$", Pattern.MULTILINE);

    private final Pattern pattern;
    private final boolean isForAddresses;

    private RegexMatcher(Pattern pattern, boolean isForAddresses) {
        this.pattern = pattern;
        this.isForAddresses = isForAddresses;
    }

    static RegexMatcher of(String expression, boolean anyCase) throws QueryException {
        return new RegexMatcher(compiled(expression, anyCase), false);
    }

    /**
     * One for lines such as {@code Bob <bob@b.example>}: it may match the line, the address alone, or the name alone,
     * so that anchors mean what they seem to.
     */
    static RegexMatcher ofAddresses(String expression, boolean anyCase) throws QueryException {
        return new RegexMatcher(compiled(expression, anyCase), true);
    }

    private static Pattern compiled(String expression, boolean anyCase) throws QueryException {
        int flags = Pattern.MULTILINE | (anyCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        try {
            return Pattern.compile(expression, flags);
        } catch (PatternSyntaxException e) {
            throw new QueryException("/" + expression + "/ is no regular expression: " + e.getDescription());
        } catch (StackOverflowError e) {
            throw new QueryException("this regular expression is nested too deep");
        }
    }

    @Override
    public boolean isIn(byte[] bytes, int from, int to, long deadlineNanos) {
        String text = new String(bytes, from, to - from, UTF_8);
        var watched =
                new Watched(isForAddresses ? ADDRESS.matcher(text).replaceAll("$0\n$2\n$1") : text, deadlineNanos);
        try {
            return pattern.matcher(watched).find();
        } catch (StackOverflowError e) {
            throw tooLong();
        }
    }

    private static SearchTimeoutException tooLong() {
        return new SearchTimeoutException("the regular expression takes too long on these messages");
    }

    @Override
    public byte @Nullable [] certain() {
        return null;
    }

    @Override
    public String toString() {
        return "/" + pattern + "/";
    }

    /** A text that looks at the clock while it is read. */
    private static final class Watched implements CharSequence {
        private final String text;
        private final long deadlineNanos;
        private int looks;

        Watched(String text, long deadlineNanos) {
            this.text = text;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public char charAt(int index) {
            if (++looks % CHARACTERS_A_LOOK == 0 && System.nanoTime() - deadlineNanos > 0) {
                throw tooLong();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
