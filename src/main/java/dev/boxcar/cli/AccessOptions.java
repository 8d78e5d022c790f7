// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.smtp.server.limit.Access;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How much an address and a session may ask for: a mixin for every command that serves SMTP. Filled by picocli, through
 * {@link Layers}.
 */
final class AccessOptions {
    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            defaultValue = "0",
            converter = Count.OrNone.class,
            description =
                    "connections from one address; the next is answered 421; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxConnectionsPerAddress;

    @Option(
            names = "--max-session-recipients",
            paramLabel = "N",
            defaultValue = "0",
            converter = Count.OrNone.class,
            description = "recipients a session; the next is answered 452; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxSessionRecipients;

    @Option(
            names = "--max-messages-per-minute",
            paramLabel = "N",
            defaultValue = "0",
            converter = Count.OrNone.class,
            description =
                    "messages from one address; the next is answered 452; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxMessagesPerMinute;

    @Option(
            names = "--max-recipients-per-minute",
            paramLabel = "N",
            defaultValue = "0",
            converter = Count.OrNone.class,
            description =
                    "recipients from one address; the next is answered 452; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxRecipientsPerMinute;

    @Option(
            names = "--command-timeout",
            paramLabel = "DURATION",
            defaultValue = "5m",
            converter = DurationConverter.OrZero.class,
            description =
                    "how long a command may take from its first octet on; 0: no limit (default: ${DEFAULT-VALUE})")
    Duration commandTimeout;

    @Option(
            names = "--session-timeout",
            paramLabel = "DURATION",
            defaultValue = "24h",
            converter = DurationConverter.OrZero.class,
            description = "how long a session may last in all; 0: no limit (default: ${DEFAULT-VALUE})")
    Duration sessionTimeout;

    @Option(
            names = "--min-data-rate",
            paramLabel = "N",
            defaultValue = "1",
            converter = Count.OrNone.class,
            description =
                    "octets a second of a message, on average over --data-timeout; 0: no bound (default: ${DEFAULT-VALUE})")
    int minDataRate;

    @Option(
            names = "--greet-delay",
            paramLabel = "DURATION",
            defaultValue = "0",
            converter = DurationConverter.OrZero.class,
            description =
                    "wait before the banner; who talks before it is answered 554; 0: none (default: ${DEFAULT-VALUE})")
    Duration greetDelay;

    @Option(
            names = "--error-delay",
            paramLabel = "DURATION",
            defaultValue = "0",
            converter = DurationConverter.OrZero.class,
            description = "wait before the answer to a mistake; 0: none (default: ${DEFAULT-VALUE})")
    Duration errorDelay;

    @Option(
            names = "--allow-recipients",
            paramLabel = "REGEX",
            converter = ApiOptions.Expression.class,
            description = "the recipients that mail is taken for; others are answered 550 (default: all)")
    @Nullable
    Pattern allowRecipients;

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
