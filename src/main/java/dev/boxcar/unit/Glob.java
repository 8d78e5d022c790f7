// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import dev.boxcar.api.PublicApi;
import java.util.Locale;

/**
 * A pattern in which {@code *} stands for any text and {@code ?} for one character. Case does not matter.
 *
 * @param pattern the pattern as it was written
 */
@PublicApi
public record Glob(String pattern) {
    /** Matches every text. */
    public static final Glob ANY = new Glob("*");

    private static final int MAX_CHARACTERS = 512;

    /** Checks the length. */
    public Glob {
        if (pattern.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("longer than " + MAX_CHARACTERS + " characters");
        }
    }

    /** Whether it matches every text. */
    public boolean isAny() {
        return pattern.equals(ANY.pattern);
    }

    /** Whether it matches the whole text. The time is at most proportional to the product of both lengths. */
    public boolean matches(String text) {
        String wanted = pattern.toLowerCase(Locale.ROOT);
        String given = text.toLowerCase(Locale.ROOT);
        int at = 0;
        int next = 0;
        int afterStar = -1;
        int resumed = 0;
        while (at < given.length()) {
            boolean isStar = next < wanted.length() && wanted.charAt(next) == '*';
            if (isStar) {
                next++;
                afterStar = next;
                resumed = at;
            } else if (next < wanted.length()
                    && (wanted.charAt(next) == '?' || wanted.charAt(next) == given.charAt(at))) {
                next++;
                at++;
            } else if (afterStar >= 0) {
                next = afterStar; // the last star takes one character more
                resumed++;
                at = resumed;
            } else {
                return false;
            }
        }
        while (next < wanted.length() && wanted.charAt(next) == '*') {
            next++;
        }
        return next == wanted.length();
    }

    /** The pattern. */
    @Override
    public String toString() {
        return pattern;
    }
}
