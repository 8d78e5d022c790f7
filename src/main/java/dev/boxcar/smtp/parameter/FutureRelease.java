// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import dev.boxcar.smtp.path.Ascii;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * For how long, and until when, a server takes messages to be held (RFC 4865 §3). Immutable; any thread.
 *
 * @param longestSeconds the most that HOLDFOR may ask for, up to nine digits
 * @param latest the last moment that HOLDUNTIL may name
 */
public record FutureRelease(long longestSeconds, Instant latest) {
    /** {@code date-time} of RFC 3339 §5.6, to which the RFC was corrected (its erratum 2040). */
    private static final Pattern DATE_TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})");

    private static final int MOST_DIGITS = 9;

    public FutureRelease {
        if (longestSeconds < 1 || String.valueOf(longestSeconds).length() > MOST_DIGITS) {
            throw new IllegalArgumentException("nothing can be held for " + longestSeconds + " seconds");
        }
    }

    /** Takes what is to be held for this long, or until the day that it comes to when counted from {@code now}. */
    public static FutureRelease within(Duration longest, Instant now) {
        return new FutureRelease(longest.toSeconds(), now.plus(longest).truncatedTo(ChronoUnit.DAYS));
    }

    /** What stands behind the EHLO keyword: the interval and the date. */
    public String announcement() {
        return longestSeconds + " " + latest;
    }

    /** Reads {@code 2026-12-24T18:00:00Z}; IllegalArgumentException where it is malformed. */
    public static Instant date(String text) {
        String upperCase = text.toUpperCase(Locale.ROOT);
        if (!DATE_TIME.matcher(upperCase).matches()) {
            throw new IllegalArgumentException("malformed HOLDUNTIL");
        }
        try {
            return OffsetDateTime.parse(upperCase).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("malformed HOLDUNTIL", e);
        }
    }

    /** {@code future-release-integer = %x31-39 *8DIGIT}. */
    static boolean isInterval(byte[] o, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Ascii.isDigit(o[i])) {
                return false;
            }
        }
        return o[from] != '0' && to - from <= MOST_DIGITS;
    }
}
