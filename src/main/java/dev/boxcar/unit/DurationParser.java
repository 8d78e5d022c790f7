// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads durations such as {@code 500ms}, {@code 30s}, {@code 1.5h}, {@code 3 days}. The units are those of HOCON, and
 * weeks ({@code w}). A number without a unit is in seconds.
 */
public final class DurationParser {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long SECONDS_PER_DAY = 86_400;

    private DurationParser() {}

    /**
     * The duration, which may be zero but never negative.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Duration parse(String text) {
        Quantity quantity = Quantity.split(text);
        Duration duration = quantity == null ? null : duration(quantity, quantity.unit());
        if (duration == null) {
            throw new IllegalArgumentException("invalid duration '" + text + "' (examples: 500ms, 30s, 1.5h, 7d)");
        }
        return duration;
    }

    /** The duration if the text is a number with a unit; null for anything else, so that dates can be told apart. */
    public static @Nullable Duration parseWithUnit(String text) {
        Quantity quantity = Quantity.split(text);
        return quantity == null || quantity.unit().isEmpty() ? null : duration(quantity, quantity.unit());
    }

    private static @Nullable Duration duration(Quantity quantity, String unit) {
        try {
            return switch (unit) {
                case "ns", "nano", "nanos", "nanosecond", "nanoseconds" -> Duration.ofNanos(quantity.times(1));
                case "us", "micro", "micros", "microsecond", "microseconds" -> Duration.ofNanos(quantity.times(1_000));
                case "ms", "milli", "millis", "millisecond", "milliseconds" ->
                    Duration.ofNanos(quantity.times(1_000_000));
                case "", "s", "second", "seconds" -> seconds(quantity, 1);
                case "m", "minute", "minutes" -> seconds(quantity, 60);
                case "h", "hour", "hours" -> seconds(quantity, 3_600);
                case "d", "day", "days" -> seconds(quantity, SECONDS_PER_DAY);
                case "w", "week", "weeks" -> seconds(quantity, 7 * SECONDS_PER_DAY);
                default -> null;
            };
        } catch (ArithmeticException e) {
            return null; // too long for a Duration, or for a long
        }
    }

    private static Duration seconds(Quantity quantity, long unitSeconds) {
        if (quantity.fraction() == null) {
            return Duration.ofSeconds(quantity.times(unitSeconds));
        }
        return Duration.ofNanos(quantity.times(unitSeconds * NANOS_PER_SECOND));
    }
}
