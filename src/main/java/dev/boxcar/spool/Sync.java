// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.unit.DurationParser;
import java.time.Duration;
import java.util.Locale;

/**
 * When a message counts as stored, and when the disk is told to keep it.
 *
 * @param kind which of the three
 * @param within for {@link Kind#INTERVAL}: the longest that a message may wait for its force
 */
public record Sync(Kind kind, Duration within) {
    /** The three promises. */
    public enum Kind {
        /** Stored when forced: survives power loss. */
        GROUP,
        /** Stored when written: survives the death of the process; forced within a time. */
        INTERVAL,
        /** Stored when written: survives the death of the process; forced at a clean end only. */
        NONE
    }

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** 250 after the force, which all messages that arrived during the last one share. */
    public static final Sync GROUP = new Sync(Kind.GROUP, Duration.ZERO);

    /** 250 after the write. */
    public static final Sync NONE = new Sync(Kind.NONE, Duration.ZERO);

    /** 250 after the write, and a force at most {@code duration} later. */
    public static Sync within(Duration duration) {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a sync interval is longer than nothing and at most a day: " + duration);
        }
        return new Sync(Kind.INTERVAL, duration);
    }

    /**
     * Reads {@code group}, {@code none}, or a duration such as {@code 200ms}, {@code 5s}, {@code 1m} (see {@link DurationParser}).
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Sync parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "group" -> GROUP;
            case "none" -> NONE;
            default -> interval(word, text);
        };
    }

    private static Sync interval(String word, String text) {
        try {
            Duration duration = DurationParser.parse(word);
            if (duration.compareTo(SHORTEST) >= 0) {
                return within(duration);
            }
        } catch (IllegalArgumentException e) {
            // reported below, in the user's words
        }
        throw new IllegalArgumentException("invalid sync '" + text
                + "': use group, none or a duration from 1ms to 1d, such as 200ms or 5s");
    }

    @Override
    public String toString() {
        return kind == Kind.INTERVAL ? within.toMillis() + "ms" : kind.name().toLowerCase(Locale.ROOT);
    }
}
