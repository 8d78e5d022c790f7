// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Finds a regular expression of {@link Pattern}. A search that would take too long is aborted: the clock is read every
 * {@value #CHARACTERS_PER_CLOCK_READ} characters that the expression examines. Immutable.
 */
final class RegexMatcher implements TextMatcher {
    private static final int CHARACTERS_PER_CLOCK_READ = 4096;
    private static final Pattern ADDRESS = Pattern.compile("^(.*?) ?<([^<>\n]*)>$", Pattern.MULTILINE);

    private final Pattern pattern;
    private final boolean isForAddresses;

    private RegexMatcher(Pattern pattern, boolean isForAddresses) {
        this.pattern = pattern;
        this.isForAddresses = isForAddresses;
    }

    static RegexMatcher of(String expression, boolean ignoreCase) throws QueryException {
        boolean isForAddresses = false;
        return new RegexMatcher(compile(expression, ignoreCase), isForAddresses);
    }

    /**
     * For lines such as {@code Bob <bob@b.example>}: the expression may match the line, the address alone or the name
     * alone, so that {@code ^} and {@code $} work as expected.
     */
    static RegexMatcher ofAddresses(String expression, boolean ignoreCase) throws QueryException {
        boolean isForAddresses = true;
        return new RegexMatcher(compile(expression, ignoreCase), isForAddresses);
    }

    private static Pattern compile(String expression, boolean ignoreCase) throws QueryException {
        int flags = Pattern.MULTILINE | (ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        try {
            return Pattern.compile(expression, flags);
        } catch (PatternSyntaxException e) {
            throw new QueryException("invalid regular expression /" + expression + "/: " + e.getDescription());
        } catch (StackOverflowError e) {
            throw new QueryException("the regular expression is nested too deeply");
        }
    }

    @Override
    public boolean matches(byte[] bytes, int from, int to, long deadlineNanos) {
        String text = new String(bytes, from, to - from, UTF_8);
        String searched = isForAddresses ? ADDRESS.matcher(text).replaceAll("$0\n$2\n$1") : text;
        try {
            return pattern.matcher(new TimedText(searched, deadlineNanos)).find();
        } catch (StackOverflowError e) {
            throw timeout();
        }
    }

    private static SearchTimeoutException timeout() {
        return new SearchTimeoutException("the regular expression takes too long on these messages");
    }

    @Override
    public byte @Nullable [] requiredBytes() {
        return null;
    }

    @Override
    public String toString() {
        return "/" + pattern + "/";
    }

    /** A text that throws once it is read after the deadline. */
    private static final class TimedText implements CharSequence {
        private final String text;
        private final long deadlineNanos;
        private int charactersRead;

        TimedText(String text, long deadlineNanos) {
            this.text = text;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public char charAt(int index) {
            if (++charactersRead % CHARACTERS_PER_CLOCK_READ == 0 && System.nanoTime() - deadlineNanos > 0) {
                throw timeout();
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
