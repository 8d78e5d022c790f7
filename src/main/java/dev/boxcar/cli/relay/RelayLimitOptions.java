// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.value.BooleanConverter;
import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that limit what clients of the relay may do. */
public final class RelayLimitOptions {
    @Option(
            names = "--max-message-size",
            paramLabel = "SIZE",
            defaultValue = "50MiB",
            converter = SizeConverter.class,
            description = "maximum message size, such as 50MiB, 50MB, 10K (default: ${DEFAULT-VALUE})")
    long maxMessageSize;

    @Option(
            names = "--max-recipients",
            paramLabel = "N",
            defaultValue = "1000",
            converter = CountConverter.class,
            description = "maximum recipients per message; more get 452 (default: ${DEFAULT-VALUE})")
    int maxRecipients;

    @Option(
            names = "--lenient-paths",
            paramLabel = "BOOL",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            converter = BooleanConverter.class,
            description =
                    "accept addresses such as a@my_app_1, a..b@ and ab.@, which RFC 5321 forbids (default: ${DEFAULT-VALUE})")
    boolean lenientPaths;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "20",
            converter = CountConverter.class,
            description = "maximum errors per session; more get 421 (default: ${DEFAULT-VALUE})")
    int maxErrors;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "1000",
            converter = CountConverter.class,
            description = "maximum open connections; more get 421 (default: ${DEFAULT-VALUE})")
    int maxConnections;

    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            defaultValue = "50",
            converter = CountConverter.OrZero.class,
            description =
                    "maximum open connections per client address; more get 421; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxConnectionsPerAddress;

    @Option(
            names = "--idle-timeout",
            paramLabel = "DURATION",
            defaultValue = "5m",
            converter = DurationConverter.class,
            description = "how long a client may be silent between commands (default: ${DEFAULT-VALUE})")
    Duration idleTimeout;

    @Option(
            names = "--data-timeout",
            paramLabel = "DURATION",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description = "how long a client may be silent within a message (default: ${DEFAULT-VALUE})")
    Duration dataTimeout;

    @Option(
            names = "--queue-max",
            paramLabel = "N",
            defaultValue = "1000000",
            converter = CountConverter.class,
            description = "maximum queued messages; more get 452 (default: ${DEFAULT-VALUE})")
    int queueMax;

    Limits limits(long messageBytes) {
        return Limits.DEFAULTS
                .withMessageBytes(messageBytes)
                .withRecipients(maxRecipients)
                .withPaths(lenientPaths ? PathSyntax.LENIENT : PathSyntax.STRICT)
                .withErrors(maxErrors)
                .withConnections(maxConnections)
                .withIdleTimeout(idleTimeout)
                .withDataTimeout(dataTimeout);
    }

    Access access() {
        return Access.DEFAULTS.withConnectionsPerAddress(maxConnectionsPerAddress);
    }
}
