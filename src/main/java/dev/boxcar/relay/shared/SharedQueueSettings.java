// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.shared;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a shared queue is, and how this relay uses it. Start from {@link #at}. Immutable.
 *
 * @param addresses URLs such as {@code tcp://host:61616}; the first that answers is used
 * @param login the user and password; null for none
 * @param tls whether the connection must use TLS, and whom it trusts; null for no TLS
 * @param role what this relay does
 * @param directory of this process alone, for bodies that do not fit into memory while they are on their way
 * @param maxMessages when this many messages are queued, the queue refuses more
 * @param timeout how long a message waits for the engine's acknowledgement
 */
public record SharedQueueSettings(
        List<String> addresses,
        @Nullable Login login,
        @Nullable Tls tls,
        SharedQueueRole role,
        Path directory,
        int maxMessages,
        Duration timeout) {
    private static final int MANY_MESSAGES = 1_000_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    public SharedQueueSettings {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a shared queue needs an address");
        }
    }

    /** A user of the engine. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return "Login[user=" + user + "]";
        }
    }

    /**
     * TLS with verified names.
     *
     * @param authorities a PEM file of trusted certificates; null: those that the system trusts
     */
    public record Tls(@Nullable Path authorities) {}

    /** Settings for both roles, without a login and TLS. */
    public static SharedQueueSettings at(List<String> addresses, Path directory) {
        return new SharedQueueSettings(addresses, null, null, SharedQueueRole.BOTH, directory, MANY_MESSAGES, TIMEOUT);
    }

    /** Returns a copy with another {@link #login}. */
    public SharedQueueSettings withLogin(@Nullable Login other) {
        return new SharedQueueSettings(addresses, other, tls, role, directory, maxMessages, timeout);
    }

    /** Returns a copy with other {@link #tls}. */
    public SharedQueueSettings withTls(@Nullable Tls other) {
        return new SharedQueueSettings(addresses, login, other, role, directory, maxMessages, timeout);
    }

    /** Returns a copy with another {@link #role}. */
    public SharedQueueSettings withRole(SharedQueueRole other) {
        return new SharedQueueSettings(addresses, login, tls, other, directory, maxMessages, timeout);
    }

    /** Returns a copy with another {@link #maxMessages}. */
    public SharedQueueSettings withMaxMessages(int other) {
        return new SharedQueueSettings(addresses, login, tls, role, directory, other, timeout);
    }

    /** Returns a copy with another {@link #timeout}. */
    public SharedQueueSettings withTimeout(Duration other) {
        return new SharedQueueSettings(addresses, login, tls, role, directory, maxMessages, other);
    }
}
