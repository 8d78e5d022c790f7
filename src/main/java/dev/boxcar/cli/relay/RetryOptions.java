// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.relay.schedule.RetrySchedule;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options about when a message is tried again, and for how long. */
public final class RetryOptions {
    @Option(
            names = "--retry-first",
            paramLabel = "DURATION",
            defaultValue = "1m",
            converter = DurationConverter.class,
            description = "wait before the second attempt if no server could be reached (default: ${DEFAULT-VALUE})")
    Duration first;

    @Option(
            names = "--retry-min",
            paramLabel = "DURATION",
            defaultValue = "5m",
            converter = DurationConverter.class,
            description = "minimum wait between attempts; it grows with the message's age (default: ${DEFAULT-VALUE})")
    Duration min;

    @Option(
            names = "--retry-max",
            paramLabel = "DURATION",
            defaultValue = "4000s",
            converter = DurationConverter.class,
            description = "maximum wait between attempts (default: ${DEFAULT-VALUE})")
    Duration max;

    @Option(
            names = "--warn-after",
            paramLabel = "DURATION",
            defaultValue = "4h",
            converter = DurationConverter.Age.class,
            description = "tell the sender when a message is delayed for this long (default: ${DEFAULT-VALUE})")
    Duration warnAfter;

    @Option(
            names = "--lifetime",
            paramLabel = "DURATION",
            defaultValue = "5d",
            converter = DurationConverter.Age.class,
            description = "return a message that cannot be delivered for this long (default: ${DEFAULT-VALUE})")
    Duration lifetime;

    @Option(
            names = "--bounce-lifetime",
            paramLabel = "DURATION",
            defaultValue = "1d",
            converter = DurationConverter.Age.class,
            description = "drop a report that cannot be delivered for this long (default: ${DEFAULT-VALUE})")
    Duration bounceLifetime;

    RetrySchedule schedule(CommandLine command) {
        if (min.compareTo(max) > 0) {
            throw new ParameterException(command, "--retry-min: must not be longer than --retry-max");
        }
        return new RetrySchedule(first, min, max, warnAfter, lifetime, bounceLifetime);
    }
}
