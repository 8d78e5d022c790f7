// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

/**
 * The numbers, counted from 1, that a rule matches: the n-th, those from the n-th on, or some between.
 *
 * @param first the first number, at least 1
 * @param last the last number, at least {@code first}
 */
public record NumberRange(long first, long last) {
    /** Every number. */
    public static final NumberRange ANY = new NumberRange(1, Long.MAX_VALUE);

    private static final String FORM = "[1-9][0-9]{0,9}(\\+|-[1-9][0-9]{0,9})?";

    /** Checks the order. */
    public NumberRange {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("invalid range: numbers count from 1");
        }
    }

    /** The n-th alone. */
    public static NumberRange exactly(long n) {
        return new NumberRange(n, n);
    }

    /** The n-th and all after it. */
    public static NumberRange from(long n) {
        return new NumberRange(n, Long.MAX_VALUE);
    }

    /**
     * Parses {@code 3} (the third), {@code 3+} (from the third on) or {@code 3-5}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static NumberRange parse(String text) {
        if (!text.matches(FORM)) {
            throw invalid(text);
        }
        if (text.endsWith("+")) {
            return from(Long.parseLong(text.substring(0, text.length() - 1)));
        }
        int dash = text.indexOf('-');
        if (dash < 0) {
            return exactly(Long.parseLong(text));
        }
        long first = Long.parseLong(text.substring(0, dash));
        long last = Long.parseLong(text.substring(dash + 1));
        if (last < first) {
            throw invalid(text);
        }
        return new NumberRange(first, last);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                "invalid number '" + text + "' (examples: 3 for the third, \"3+\" from the third on, \"3-5\")");
    }

    /** Whether it has this number. */
    public boolean contains(long number) {
        return number >= first && number <= last;
    }

    /** Whether it has every number. */
    public boolean isAny() {
        return equals(ANY);
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        if (first == last) {
            return Long.toString(first);
        }
        return last == Long.MAX_VALUE ? first + "+" : first + "-" + last;
    }
}
