// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.shared;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.relay.credential.PasswordFile;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueProvider;
import dev.boxcar.relay.shared.SharedQueueRole;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options about a queue that several relays share. */
public final class SharedQueueOptions {
    @Option(
            names = "--queue",
            paramLabel = "local|artemis:URL,...",
            defaultValue = "local",
            converter = QueueLocation.Converter.class,
            description = "keep the queue in --spool, or in a broker that several relays share, such as"
                    + " artemis:tcp://HOST:61616 (default: ${DEFAULT-VALUE})")
    QueueLocation location;

    @Option(
            names = "--role",
            paramLabel = "front|worker|both",
            defaultValue = "both",
            converter = RoleConverter.class,
            description = "with a shared queue: accept mail, deliver it, or both (default: ${DEFAULT-VALUE})")
    SharedQueueRole role;

    @Option(
            names = "--queue-auth-file",
            paramLabel = "FILE",
            description = "log in to the broker; the file has one line USER:PASSWORD (default: none)")
    @Nullable
    Path authFile;

    @Option(names = "--queue-tls", description = "connect to the broker with TLS, and verify its name")
    boolean tls;

    @Option(
            names = "--queue-tls-ca",
            paramLabel = "FILE",
            description = "trust these certificates (PEM) of the broker (default: the system's)")
    @Nullable
    Path authorities;

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

    @Option(
            names = "--plugin-path",
            paramLabel = "FILE",
            description = "the jar with the broker's client (default: boxcar-artemis.jar beside the program)")
    @Nullable
    Path plugin;

    private @Nullable SharedQueueProvider provider;

    /** Whether this relay has a queue of its own. */
    public boolean isLocal() {
        return location.isLocal();
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
        return location + " role=" + role.text();
    }

    /** Checks that the options fit together and the engine's client is there. */
    public void check(CommandLine command) {
        if (isLocal()) {
            if (role != SharedQueueRole.BOTH) {
                throw new ParameterException(
                        command, "--role: " + role.text() + " needs a shared queue: --queue artemis:tcp://HOST:61616");
            }
            return;
        }
        try {
            provider = new EngineJar(location, plugin).provider();
        } catch (IOException e) {
            throw new ParameterException(command, "--queue: " + e.getMessage());
        }
        if (authorities != null && !Files.isReadable(authorities)) {
            throw new ParameterException(command, "--queue-tls-ca: " + authorities + ": cannot be read");
        }
        try {
            login();
        } catch (IOException e) {
            throw new ParameterException(command, "--queue-auth-file: " + e.getMessage());
        }
    }

    private SharedQueueSettings.@Nullable Login login() throws IOException {
        if (authFile == null) {
            return null;
        }
        ClientCredentials credentials = new PasswordFile(authFile).read();
        return new SharedQueueSettings.Login(credentials.user(), credentials.password());
    }

    /**
     * Opens the queue. {@link #check} was called before.
     *
     * @param spool the directory of this relay
     */
    public SharedQueue open(Path spool, int maxMessages) throws IOException {
        SharedQueueProvider checked = provider;
        if (checked == null) {
            throw new IllegalStateException("the options are not checked");
        }
        return checked.open(SharedQueueSettings.at(location.addresses(), spool.resolve("broker"))
                .withLogin(login())
                .withTls(tls || authorities != null ? new SharedQueueSettings.Tls(authorities) : null)
                .withRole(role)
                .withMaxMessages(maxMessages)
                .withTimeout(timeout));
    }
}
