// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.PatternConverter;
import dev.boxcar.smtp.server.limit.Access;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that limit what one client address may do and how long a session may take. */
public final class AccessOptions {
    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountConverter.OrZero.class,
            description =
                    "maximum open connections per client address; more get 421; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxConnectionsPerAddress;

    @Option(
            names = "--max-session-recipients",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountConverter.OrZero.class,
            description = "maximum recipients per session; more get 452; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxSessionRecipients;

    @Option(
            names = "--max-messages-per-minute",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountConverter.OrZero.class,
            description =
                    "maximum messages per minute and address; more get 452; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxMessagesPerMinute;

    @Option(
            names = "--max-recipients-per-minute",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountConverter.OrZero.class,
            description =
                    "maximum recipients per minute and address; more get 452; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxRecipientsPerMinute;

    @Option(
            names = "--command-timeout",
            paramLabel = "DURATION",
            defaultValue = "5m",
            converter = DurationConverter.OrZero.class,
            description =
                    "how long a command may take from its first to its last byte; 0: no limit (default: ${DEFAULT-VALUE})")
    Duration commandTimeout;

    @Option(
            names = "--session-timeout",
            paramLabel = "DURATION",
            defaultValue = "24h",
            converter = DurationConverter.OrZero.class,
            description = "how long a session may last; 0: no limit (default: ${DEFAULT-VALUE})")
    Duration sessionTimeout;

    @Option(
            names = "--min-data-rate",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.OrZero.class,
            description =
                    "minimum bytes per second of a message, averaged over --data-timeout; 0: no limit (default: ${DEFAULT-VALUE})")
    int minDataRate;

    @Option(
            names = "--greet-delay",
            paramLabel = "DURATION",
            defaultValue = "0",
            converter = DurationConverter.OrZero.class,
            description =
                    "wait before the banner; a client that talks before it gets 554; 0: no wait (default: ${DEFAULT-VALUE})")
    Duration greetDelay;

    @Option(
            names = "--error-delay",
            paramLabel = "DURATION",
            defaultValue = "0",
            converter = DurationConverter.OrZero.class,
            description = "wait before the reply to an invalid command; 0: no wait (default: ${DEFAULT-VALUE})")
    Duration errorDelay;

    @Option(
            names = "--allow-recipients",
            paramLabel = "REGEX",
            converter = PatternConverter.class,
            description = "accept mail for recipients that match; others get 550 (default: all)")
    @Nullable
    Pattern allowRecipients;

    /** The recipients that are accepted; null for all. */
    public @Nullable Pattern allowedRecipients() {
        return allowRecipients;
    }

    Access access() {
        return Access.DEFAULTS
                .withConnectionsPerAddress(maxConnectionsPerAddress)
                .withSessionRecipients(maxSessionRecipients)
                .withMessagesPerMinute(maxMessagesPerMinute)
                .withRecipientsPerMinute(maxRecipientsPerMinute)
                .withCommandTimeout(commandTimeout)
                .withSessionTimeout(sessionTimeout)
                .withMinBytesPerSecond(minDataRate)
                .withGreetDelay(greetDelay)
                .withErrorDelay(errorDelay);
    }
}
