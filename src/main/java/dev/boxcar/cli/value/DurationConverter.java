// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.unit.DurationParser;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a timeout or interval with {@link DurationParser}: more than 0, at most a day. */
public final class DurationConverter implements ITypeConverter<Duration> {
    private static final Duration MAX = Duration.ofDays(1);

    @Override
    public Duration convert(String text) {
        Duration duration = parse(text);
        if (duration.isZero() || duration.compareTo(MAX) > 0) {
            throw new TypeConversionException("invalid duration '" + text + "': must be more than 0 and at most 1d");
        }
        return duration;
    }

    private static Duration parse(String text) {
        try {
            return DurationParser.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** Reads such a duration, or 0, which switches the feature off. */
    public static final class OrZero implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration duration = parse(text);
            return duration.isZero() ? duration : new DurationConverter().convert(text);
        }
    }

    /** Reads an age, such as how long a message is kept: more than 0, at most 365 days. */
    public static final class Age implements ITypeConverter<Duration> {
        private static final Duration MAX_AGE = Duration.ofDays(365);

        @Override
        public Duration convert(String text) {
            Duration age = parse(text);
            if (age.isZero() || age.compareTo(MAX_AGE) > 0) {
                throw new TypeConversionException(
                        "invalid duration '" + text + "': must be more than 0 and at most 365d");
            }
            return age;
        }
    }

    /** Reads a duration of any length, including 0. */
    public static final class Unlimited implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return parse(text);
        }
    }
}
