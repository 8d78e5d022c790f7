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
 * The limits of a server that holds messages for later release (RFC 4865 §3). Immutable; any thread.
 *
 * @param maxSeconds the maximum of HOLDFOR, at most nine digits
 * @param latest the latest time that HOLDUNTIL may name
 */
public record FutureRelease(long maxSeconds, Instant latest) {
    /** {@code date-time} of RFC 3339 §5.6, as corrected by erratum 2040 of the RFC. */
    private static final Pattern DATE_TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})");

    private static final int MAX_DIGITS = 9;

    public FutureRelease {
        if (maxSeconds < 1 || String.valueOf(maxSeconds).length() > MAX_DIGITS) {
            throw new IllegalArgumentException("invalid maximum of HOLDFOR: " + maxSeconds + " seconds");
        }
    }

    /**
     * Messages may be held for {@code max}, or until the start of the day on which that ends, counted from {@code now}.
     */
    public static FutureRelease within(Duration max, Instant now) {
        return new FutureRelease(max.toSeconds(), now.plus(max).truncatedTo(ChronoUnit.DAYS));
    }

    /** The parameters of the EHLO keyword: the interval and the date. */
    public String announcement() {
        return maxSeconds + " " + latest;
    }

    /** Parses {@code 2026-12-24T18:00:00Z}; IllegalArgumentException if it is malformed. */
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
        return o[from] != '0' && to - from <= MAX_DIGITS;
    }
}
