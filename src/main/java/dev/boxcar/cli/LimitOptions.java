// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.smtp.server.limit.Limits;
import java.time.Duration;
import picocli.CommandLine.Option;

/**
 * The bounds of a server and its sessions: a mixin for every command that serves SMTP. Filled by picocli, through
 * {@link Layers}.
 */
final class LimitOptions {
    @Option(
            names = "--max-message-size",
            paramLabel = "SIZE",
            defaultValue = "50MiB",
            converter = SizeConverter.class,
            description = "the largest message taken, such as 50MiB, 50MB, 10k (default: ${DEFAULT-VALUE})")
    long maxMessageSize;

    @Option(
            names = "--max-recipients",
            paramLabel = "N",
            defaultValue = "10000",
            converter = Count.class,
            description = "recipients a message; the next is answered 452 (default: ${DEFAULT-VALUE})")
    int maxRecipients;

    @Option(
            names = "--max-session-messages",
            paramLabel = "N",
            defaultValue = "0",
            converter = Count.OrNone.class,
            description = "messages a session; the next is answered 421; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxSessionMessages;

    @Option(
            names = "--max-recipient-domains",
            paramLabel = "N",
            defaultValue = "0",
            converter = Count.OrNone.class,
            description =
                    "domains of recipients a session; the next is answered 452; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxRecipientDomains;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "100",
            converter = Count.class,
            description = "mistakes of a session; the next is answered 421 (default: ${DEFAULT-VALUE})")
    int maxErrors;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "20000",
            converter = Count.class,
            description = "connections at a time; the next is answered 421 (default: ${DEFAULT-VALUE})")
    int maxConnections;

    @Option(
            names = "--max-command-size",
            paramLabel = "SIZE",
            defaultValue = "4096",
            converter = SizeConverter.class,
            description = "octets of a command line; a longer one is answered 500 (default: ${DEFAULT-VALUE})")
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
            description = "how long the spool may take over a message (default: ${DEFAULT-VALUE})")
    Duration commitTimeout;

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
