// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * How clients authenticate, and whether they must (RFC 4954): which credentials verify them, whether AUTH is offered in
 * clear, and how long a failure takes. Immutable; any thread.
 */
public final class AuthenticationOptions {
    private static final Duration MAX_FAILURE_DELAY = Decision.TIMEOUT.dividedBy(2);

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

    /** AUTH is offered only inside TLS and is not required, and a failure is answered at once. */
    public static AuthenticationOptions by(Credentials credentials) {
        return new AuthenticationOptions(credentials, false, false, Duration.ZERO, new SecureRandom());
    }

    /** Returns a copy that offers AUTH without TLS too: anyone who can read the connection learns the passwords. */
    public AuthenticationOptions allowedInClear() {
        return new AuthenticationOptions(credentials, true, required, failureDelay, random);
    }

    /** Returns a copy that requires AUTH before MAIL, RCPT, DATA, BDAT, VRFY and EXPN (530). */
    public AuthenticationOptions required() {
        return new AuthenticationOptions(credentials, allowedInClear, true, failureDelay, random);
    }

    /** Returns a copy that delays the reply to a failure; at most by half of {@link Decision#TIMEOUT}. */
    public AuthenticationOptions withFailureDelay(Duration delay) {
        if (delay.isNegative() || delay.compareTo(MAX_FAILURE_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "the failure delay must be 0 to " + MAX_FAILURE_DELAY + ", not " + delay);
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

    /** The mechanisms offered inside TLS if an exchange cannot be bound to the TLS connection. */
    public List<Mechanism> unbound() {
        return unbound;
    }

    /** The mechanisms offered inside TLS if an exchange can be bound to the TLS connection. */
    public List<Mechanism> bound() {
        return bound;
    }

    /** The mechanisms that the client may use now. */
    public List<Mechanism> offered(ClientInfo client) {
        if (!client.insideTls()) {
            return inClear();
        }
        return client.binding() == null ? unbound : bound;
    }

    /** The facts that an exchange with this client needs. */
    public SaslContext saslContext(String hostname, ClientInfo client) {
        return new SaslContext(
                hostname, random, offered(client).contains(Mechanism.SCRAM_SHA_256_PLUS) ? client.binding() : null);
    }
}
