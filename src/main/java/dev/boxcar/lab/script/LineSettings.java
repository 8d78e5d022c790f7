// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.time.Duration;

/**
 * The line between client and server that a session simulates, and its hold mode.
 *
 * @param rtt the round-trip time that the line adds to each reply; zero for none
 * @param jitter how much a round trip may take longer, chosen by the session's seed; zero for none
 * @param rate how many bits per second pass; 0 for no limit
 * @param hold how long the client must be quiet before a reply leaves; zero for no hold mode
 */
public record LineSettings(Duration rtt, Duration jitter, long rate, Duration hold) {
    /** The longest of each duration. */
    public static final Duration MAX = Duration.ofMinutes(1);

    /** The line as it is. */
    public static final LineSettings NONE = new LineSettings(Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);

    private static final String RATE = "[1-9][0-9]{0,8}[kM]?";

    /** Checks the ranges. The message of a failure begins with the key. */
    public LineSettings {
        check("rtt", rtt);
        check("jitter", jitter);
        check("hold", hold);
        if (rate < 0) {
            throw new IllegalArgumentException("rate: must not be negative: " + rate);
        }
    }

    private static void check(String key, Duration duration) {
        if (duration.isNegative() || duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(key + ": must be between 0 and 1 minute, not " + duration);
        }
    }

    /**
     * Parses a rate in bits per second: {@code 9600}, {@code 56k} or {@code 2M}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static long parseRate(String text) {
        if (!text.matches(RATE)) {
            throw new IllegalArgumentException(
                    "invalid rate '" + text + "': expected bits per second (examples: 9600, 56k, 2M)");
        }
        return switch (text.charAt(text.length() - 1)) {
            case 'k' -> Long.parseLong(text.substring(0, text.length() - 1)) * 1_000;
            case 'M' -> Long.parseLong(text.substring(0, text.length() - 1)) * 1_000_000;
            default -> Long.parseLong(text);
        };
    }

    public LineSettings withRtt(Duration newRtt) {
        return new LineSettings(newRtt, jitter, rate, hold);
    }

    public LineSettings withJitter(Duration newJitter) {
        return new LineSettings(rtt, newJitter, rate, hold);
    }

    public LineSettings withRate(long bitsPerSecond) {
        return new LineSettings(rtt, jitter, bitsPerSecond, hold);
    }

    public LineSettings withHold(Duration newHold) {
        return new LineSettings(rtt, jitter, rate, newHold);
    }

    /** These settings, with those of {@code other} where there are none here. */
    public LineSettings or(LineSettings other) {
        return new LineSettings(
                rtt.isZero() ? other.rtt : rtt,
                jitter.isZero() ? other.jitter : jitter,
                rate == 0 ? other.rate : rate,
                hold.isZero() ? other.hold : hold);
    }
}
