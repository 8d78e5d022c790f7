// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.shared;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options about a queue that several relays share. */
public final class SharedQueueOptions {
    @Mixin
    QueueAccessOptions access;

    @Option(
            names = "--role",
            paramLabel = "front|worker|both",
            defaultValue = "both",
            converter = RoleConverter.class,
            description = "with a shared queue: accept mail, deliver it, or both (default: ${DEFAULT-VALUE})")
    SharedQueueRole role;

    @Option(
            names = "--queue-timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "how long a message waits for the broker before the client gets 451"
                    + " (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Option(
            names = "--queue-fallback",
            paramLabel = "none|local",
            defaultValue = "none",
            converter = QueueFallback.Converter.class,
            description = "while the broker cannot be reached: refuse mail with 451, or accept it into --spool and move"
                    + " it later (default: ${DEFAULT-VALUE})")
    QueueFallback fallback;

    /** Whether this relay has a queue of its own. */
    public boolean isLocal() {
        return access.isLocal();
    }

    /** What this relay does. */
    public SharedQueueRole role() {
        return role;
    }

    /** Whether mail is accepted into the spool while the broker cannot be reached. */
    public boolean hasFallback() {
        return fallback == QueueFallback.LOCAL;
    }

    /** The queue, for the log. */
    public String description() {
        return access.location + " role=" + role.text();
    }

    /** Checks that the options fit together and the engine's client is there. */
    public void check(CommandLine command) {
        if (isLocal() && role != SharedQueueRole.BOTH) {
            throw new ParameterException(
                    command, "--role: " + role.text() + " needs a shared queue: --queue artemis:tcp://HOST:61616");
        }
        access.check(command);
    }

    /**
     * Opens the queue. {@link #check} was called before.
     *
     * @param spool the directory of this relay
     */
    public SharedQueue open(Path spool, int maxMessages) throws IOException {
        return access.provider()
                .open(access.settings(spool)
                        .withRole(role)
                        .withMaxMessages(maxMessages)
                        .withTimeout(timeout));
    }
}
