// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslContext;
import dev.boxcar.smtp.server.Questions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * How clients may prove who they are, and whether they must (RFC 4954): whom to ask, what is offered in clear, what a
 * failure costs. Immutable; any thread.
 */
public final class AuthenticationOptions {
    private final Credentials credentials;
    private final boolean allowedInClear;
    private final boolean required;
    private final Duration failureDelay;
    private final List<Mechanism> bound;
    private final List<Mechanism> unbound;
    private final SecureRandom random;

    private AuthenticationOptions(
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
    public static AuthenticationOptions by(Credentials credentials) {
        return new AuthenticationOptions(credentials, false, false, Duration.ZERO, new SecureRandom());
    }

    /** The same, offered without TLS, too: whoever listens on the wire learns the passwords. */
    public AuthenticationOptions allowedInClear() {
        return new AuthenticationOptions(credentials, true, required, failureDelay, random);
    }

    /** The same, required before mail is taken and questions are answered (530). */
    public AuthenticationOptions required() {
        return new AuthenticationOptions(credentials, allowedInClear, true, failureDelay, random);
    }

    /** The same, with so long a wait before a failure is told; at most half of what a port may take. */
    public AuthenticationOptions withFailureDelay(Duration delay) {
        if (delay.isNegative() || delay.multipliedBy(2).compareTo(Questions.PATIENCE) > 0) {
            throw new IllegalArgumentException(
                    "a failure costs 0 to " + Questions.PATIENCE.dividedBy(2) + ", not " + delay);
        }
        return new AuthenticationOptions(credentials, allowedInClear, required, delay, random);
    }

    public Credentials credentials() {
        return credentials;
    }

    public boolean isRequired() {
        return required;
    }

    public Duration failureDelay() {
        return failureDelay;
    }

    /** The mechanisms offered without TLS. */
    public List<Mechanism> inClear() {
        return allowedInClear ? unbound : List.of();
    }

    /** The mechanisms offered within TLS that an exchange cannot be bound to. */
    public List<Mechanism> unbound() {
        return unbound;
    }

    /** The mechanisms offered within TLS that an exchange can be bound to. */
    public List<Mechanism> bound() {
        return bound;
    }

    /** The mechanisms that this client may use, as things are. */
    public List<Mechanism> offered(ClientInfo client) {
        if (!client.insideTls()) {
            return inClear();
        }
        return client.binding() == null ? unbound : bound;
    }

    public SaslContext setting(String hostname, ClientInfo client) {
        return new SaslContext(
                hostname, random, offered(client).contains(Mechanism.SCRAM_SHA_256_PLUS) ? client.binding() : null);
    }
}
