// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl.client;

import dev.boxcar.api.PublicApi;
import dev.boxcar.smtp.sasl.Mechanism;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * The client side of an authentication exchange (RFC 4422). Confined to one thread at a time.
 *
 * <p>The secrets that it sends must travel inside TLS, unless the user allowed otherwise; the caller sees to that.
 */
@PublicApi
public interface ClientExchange {
    /** What the client proves its identity with. */
    enum SecretKind {
        PASSWORD,
        /** An OAuth access token. */
        TOKEN
    }

    /**
     * The identity of a client.
     *
     * @param secret never logged
     */
    record Identity(String user, String secret, SecretKind kind) {
        @Override
        public String toString() {
            return "Identity[user=" + user + "]";
        }
    }

    Mechanism mechanism();

    /** What the client sends with AUTH; null if the server speaks first. */
    byte @Nullable [] initialResponse();

    /**
     * The response to a challenge.
     *
     * @throws ProtocolException whose message is for people, if the challenge is invalid or there should be none
     */
    byte[] respond(byte[] challenge) throws ProtocolException;

    /** Whether the server has proved what it must prove, so that its success counts. */
    default boolean isServerProved() {
        return true;
    }

    /** Whether {@link #respond} takes milliseconds of CPU time, so that an event loop must not call it. */
    default boolean isSlow() {
        return false;
    }
}
