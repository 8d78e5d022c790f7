// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.lab.script.LineSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that {@code boxcar lab} has beside those of the sink. */
public final class LabOptions {
    @Option(
            names = "--script",
            paramLabel = "FILE",
            description =
                    "a script of faults, in HOCON with the keys of docs/lab.md, for every session (default: none)")
    @Nullable
    Path script;

    @Option(
            names = "--rtt",
            paramLabel = "DURATION",
            defaultValue = "0",
            converter = LineDuration.class,
            description =
                    "the round-trip time of a simulated line; a script's rtt comes first (default: ${DEFAULT-VALUE})")
    Duration rtt;

    @Option(
            names = "--hold",
            paramLabel = "DURATION|off",
            defaultValue = "off",
            converter = LineDuration.class,
            description =
                    "send a reply only after the client was quiet for this long, such as 30ms (default: ${DEFAULT-VALUE})")
    Duration hold;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = SeedConverter.class,
            description = "decides what scripts without a seed do at random (default: another one at each start)")
    @Nullable
    Long seed;

    /** The file of {@code --script}; null if there is none. */
    public @Nullable Path script() {
        return script;
    }

    /** The line that sessions simulate unless their scripts say otherwise. */
    public LineSettings line() {
        return LineSettings.NONE.withRtt(rtt).withHold(hold);
    }

    /** The seed of scripts that have none. */
    public long seed() {
        return seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
    }

    /** A duration of at most a minute; 0 or {@code off} switches the feature off. */
    static final class LineDuration implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration duration = text.equals("off") ? Duration.ZERO : new DurationConverter.Unlimited().convert(text);
            if (duration.compareTo(LineSettings.MAX) > 0) {
                throw new TypeConversionException("invalid duration '" + text + "': must be at most 1m");
            }
            return duration;
        }
    }

    /** A whole number. */
    static final class SeedConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (!text.matches("-?[0-9]{1,18}")) {
                throw new TypeConversionException("invalid number '" + text + "': must be a whole number");
            }
            return Long.valueOf(text);
        }
    }
}
