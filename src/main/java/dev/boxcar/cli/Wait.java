// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long somebody waits, as HOCON writes it: 100ms, 30s, 5m, 1h; a plain number is milliseconds. At most a day. */
final class Wait implements ITypeConverter<Duration> {
    private static final int MOST_DIGITS = 9;
    private static final Duration LONGEST = Duration.ofDays(1);

    @Override
    public Duration convert(String text) {
        try {
            Duration plain = plain(text);
            Duration duration = plain != null
                    ? plain
                    : ConfigFactory.parseMap(Map.of("wait", text)).getDuration("wait");
            if (!duration.isNegative() && !duration.isZero() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (ConfigException e) {
            // said below, in the user's words
        }
        throw new TypeConversionException("'" + text + "' is not a time such as 30s or 5m, of at most a day");
    }

    /**
     * What all defaults are: a number and a short unit. Without it each start loads a library for them, which takes 30
     * ms.
     */
    private static @Nullable Duration plain(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > MOST_DIGITS) {
            return null;
        }
        long number = Long.parseLong(text.substring(0, digits));
        return switch (text.substring(digits)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> null;
        };
    }

    /** The same, or 0 for none. */
    static final class OrNone implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return text.matches("0(ms|s|m|h)?") ? Duration.ZERO : new Wait().convert(text);
        }
    }
}
