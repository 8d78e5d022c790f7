// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.shared;

import dev.boxcar.relay.credential.PasswordFile;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.shared.SharedQueueProvider;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where the queue is, and how to reach it. */
public final class QueueAccessOptions {
    /** The keys of these options in a configuration file. */
    public static final Set<String> KEYS =
            Set.of("queue", "queue-auth-file", "queue-tls", "queue-tls-ca", "plugin-path");

    @Option(
            names = "--queue",
            paramLabel = "local|artemis:URL,...",
            defaultValue = "local",
            converter = QueueLocation.Converter.class,
            description = "keep the queue in --spool, or in a broker that several relays share, such as"
                    + " artemis:tcp://HOST:61616 (default: ${DEFAULT-VALUE})")
    QueueLocation location;

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
            names = "--plugin-path",
            paramLabel = "FILE",
            description = "the jar with the broker's client (default: boxcar-artemis.jar beside the program)")
    @Nullable
    Path plugin;

    private @Nullable SharedQueueProvider provider;

    /** Whether the queue is in a spool. */
    public boolean isLocal() {
        return location.isLocal();
    }

    /** Checks that the options fit together and the engine's client is there. */
    public void check(CommandLine command) {
        if (isLocal()) {
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

    /** The engine's client. {@link #check} was called before. */
    SharedQueueProvider provider() {
        SharedQueueProvider checked = provider;
        if (checked == null) {
            throw new IllegalStateException("the options are not checked");
        }
        return checked;
    }

    /**
     * How to reach the queue.
     *
     * @param spool the directory of this process
     */
    SharedQueueSettings settings(Path spool) throws IOException {
        return SharedQueueSettings.at(location.addresses(), spool.resolve("broker"))
                .withLogin(login())
                .withTls(tls || authorities != null ? new SharedQueueSettings.Tls(authorities) : null);
    }

    /** Connects to the queue, for an operator. {@link #check} was called before. */
    public QueueAdministration administration(Path spool) throws IOException {
        return provider().administration(settings(spool));
    }
}
