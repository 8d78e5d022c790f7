// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression, as {@link Pattern} has them. One that would run for ever is given up: each character that it looks at may be the one at
 * which the clock is read. Immutable.
 */
final class Expression implements Match {
    private static final int CHARACTERS_A_LOOK = 4096;

    private final Pattern pattern;

    private Expression(Pattern pattern) {
        this.pattern = pattern;
    }

    static Expression of(String expression, boolean anyCase) throws QueryException {
        int flags = Pattern.MULTILINE | (anyCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        try {
            return new Expression(Pattern.compile(expression, flags));
        } catch (PatternSyntaxException e) {
            throw new QueryException("/" + expression + "/ is no regular expression: " + e.getDescription());
        } catch (StackOverflowError e) {
            throw new QueryException("this regular expression is nested too deep");
        }
    }

    @Override
    public boolean isIn(byte[] octets, int from, int to, long deadlineNanos) {
        var text = new Watched(new String(octets, from, to - from, UTF_8), deadlineNanos);
        try {
            return pattern.matcher(text).find();
        } catch (StackOverflowError e) {
            throw tooLong();
        }
    }

    private static SearchTooLong tooLong() {
        return new SearchTooLong("the regular expression takes too long on these messages");
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
