// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.unit.DurationParser;
import java.time.Duration;
import java.util.Locale;

/**
 * When a message counts as stored, and when it is forced to disk.
 *
 * @param kind which of the three promises
 * @param within for {@link Kind#INTERVAL}: the maximum time between writing and forcing a message
 */
public record Sync(Kind kind, Duration within) {
    /** The three promises. */
    public enum Kind {
        /** A message is stored once it is forced: it survives power loss. */
        GROUP,
        /**
         * A message is stored once it is written: it survives a crash of the process. It is forced within an interval.
         */
        INTERVAL,
        /**
         * A message is stored once it is written: it survives a crash of the process. Forced only at a clean shutdown.
         */
        NONE
    }

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** 250 after a force. All messages that arrive during one force share the next one. */
    public static final Sync GROUP = new Sync(Kind.GROUP, Duration.ZERO);

    /** 250 after the write. */
    public static final Sync NONE = new Sync(Kind.NONE, Duration.ZERO);

    /** 250 after the write, with a force at most {@code duration} later. */
    public static Sync within(Duration duration) {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a sync interval must be positive and at most one day: " + duration);
        }
        return new Sync(Kind.INTERVAL, duration);
    }

    /**
     * Parses {@code group}, {@code none}, or a duration such as {@code 200ms}, {@code 5s}, {@code 1m} (see
     * {@link DurationParser}).
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
        throw new IllegalArgumentException(
                "invalid sync '" + text + "': use group, none or a duration from 1ms to 1d, such as 200ms or 5s");
    }

    @Override
    public String toString() {
        return kind == Kind.INTERVAL ? within.toMillis() + "ms" : kind.name().toLowerCase(Locale.ROOT);
    }
}
