// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long somebody waits, as HOCON writes it: 100ms, 30s, 5m, 1h; a plain number is milliseconds. At most a day. */
final class Wait implements ITypeConverter<Duration> {
    private static final Duration LONGEST = Duration.ofDays(1);

    @Override
    public Duration convert(String text) {
        try {
            Duration duration = ConfigFactory.parseMap(Map.of("wait", text)).getDuration("wait");
            if (!duration.isNegative() && !duration.isZero() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (ConfigException e) {
            // said below, in the user's words
        }
        throw new TypeConversionException("'" + text + "' is not a time such as 30s or 5m, of at most a day");
    }

    /** The same, or 0 for none. */
    static final class OrNone implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return text.matches("0(ms|s|m|h)?") ? Duration.ZERO : new Wait().convert(text);
        }
    }
}
