// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.smtp.server.limit.Limits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that limit the SMTP server and each of its sessions. */
public final class LimitOptions {
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
            defaultValue = "10000",
            converter = CountConverter.class,
            description = "maximum recipients per message; more get 452 (default: ${DEFAULT-VALUE})")
    int maxRecipients;

    @Option(
            names = "--max-session-messages",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountConverter.OrZero.class,
            description = "maximum messages per session; more get 421; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxSessionMessages;

    @Option(
            names = "--max-recipient-domains",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountConverter.OrZero.class,
            description =
                    "maximum recipient domains per session; more get 452; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxRecipientDomains;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "100",
            converter = CountConverter.class,
            description = "maximum errors per session; more get 421 (default: ${DEFAULT-VALUE})")
    int maxErrors;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "20000",
            converter = CountConverter.class,
            description = "maximum open connections; more get 421 (default: ${DEFAULT-VALUE})")
    int maxConnections;

    @Option(
            names = "--max-command-size",
            paramLabel = "SIZE",
            defaultValue = "4096",
            converter = SizeConverter.class,
            description =
                    "maximum length of a command line in bytes; a longer one gets 500 (default: ${DEFAULT-VALUE})")
    long maxCommandSize;

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
            names = "--commit-timeout",
            paramLabel = "DURATION",
            defaultValue = "5m",
            converter = DurationConverter.class,
            description = "how long the spool may take to store a message (default: ${DEFAULT-VALUE})")
    Duration commitTimeout;

    /** The configured maximum size of a message; the spool may allow less. */
    public long maxMessageSize() {
        return maxMessageSize;
    }

    Limits limits() {
        int commandBytes = (int) Math.max(512, Math.min(1024 * 1024, maxCommandSize)); // RFC 5321 §4.5.3.1.4
        return Limits.DEFAULTS
                .withMessageBytes(maxMessageSize)
                .withRecipients(maxRecipients)
                .withErrors(maxErrors)
                .withConnections(maxConnections)
                .withCommandBytes(commandBytes)
                .withIdleTimeout(idleTimeout)
                .withDataTimeout(dataTimeout)
                .withCommitTimeout(commitTimeout)
                .withSessionMessages(maxSessionMessages)
                .withRecipientDomains(maxRecipientDomains);
    }
}
