// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.Setting;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * How clients may prove who they are, and whether they must (RFC 4954): whom to ask, what is offered in clear, what a failure costs.
 * Immutable; any thread.
 */
public final class Authentication {
    private final Credentials credentials;
    private final boolean allowedInClear;
    private final boolean required;
    private final Duration failureDelay;
    private final List<Mechanism> bound;
    private final List<Mechanism> unbound;
    private final SecureRandom random;

    private Authentication(
            Credentials credentials,
            boolean allowedInClear,
            boolean required,
            Duration failureDelay,
            SecureRandom random) {
        this.credentials = credentials;
        this.allowedInClear = allowedInClear;
        this.required = required;
        this.failureDelay = failureDelay;
        this.random = random;
        this.bound = credentials.mechanisms().stream().sorted().toList();
        this.unbound = bound.stream()
                .filter(mechanism -> mechanism != Mechanism.SCRAM_SHA_256_PLUS)
                .toList();
    }

    /** Offered within TLS alone, required of nobody, and a failure costs no time. */
    public static Authentication by(Credentials credentials) {
        return new Authentication(credentials, false, false, Duration.ZERO, new SecureRandom());
    }

    /** The same, offered without TLS, too: whoever listens on the wire learns the passwords. */
    public Authentication allowedInClear() {
        return new Authentication(credentials, true, required, failureDelay, random);
    }

    /** The same, required before mail is taken and questions are answered (530). */
    public Authentication required() {
        return new Authentication(credentials, allowedInClear, true, failureDelay, random);
    }

    /** The same, with so long a wait before a failure is told; at most half of what a port may take. */
    public Authentication withFailureDelay(Duration delay) {
        if (delay.isNegative() || delay.multipliedBy(2).compareTo(Questions.PATIENCE) > 0) {
            throw new IllegalArgumentException(
                    "a failure costs 0 to " + Questions.PATIENCE.dividedBy(2) + ", not " + delay);
        }
        return new Authentication(credentials, allowedInClear, required, delay, random);
    }

    Credentials credentials() {
        return credentials;
    }

    boolean isRequired() {
        return required;
    }

    Duration failureDelay() {
        return failureDelay;
    }

    /** The mechanisms offered without TLS. */
    List<Mechanism> inClear() {
        return allowedInClear ? unbound : List.of();
    }

    /** The mechanisms offered within TLS that an exchange cannot be bound to. */
    List<Mechanism> unbound() {
        return unbound;
    }

    /** The mechanisms offered within TLS that an exchange can be bound to. */
    List<Mechanism> bound() {
        return bound;
    }

    /** The mechanisms that this client may use, as things are. */
    List<Mechanism> offered(Client client) {
        if (!client.insideTls()) {
            return inClear();
        }
        return client.binding() == null ? unbound : bound;
    }

    Setting setting(String hostname, Client client) {
        return new Setting(
                hostname, random, offered(client).contains(Mechanism.SCRAM_SHA_256_PLUS) ? client.binding() : null);
    }
}
