// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client side of an authentication exchange (RFC 4422). Confined to one thread at a time.
 *
 * <p>The secrets that it sends must travel inside TLS, unless the user allowed otherwise; the caller sees to that.
 */
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

    /**
     * The strongest exchange that a server offers and the identity serves; null if there is none.
     *
     * @param offered the names of the mechanisms that the server offers, in upper case
     * @param binding the data of the TLS connection; null without TLS
     */
    static @Nullable ClientExchange strongest(
            Set<String> offered, Identity identity, @Nullable ChannelBinding binding) {
        for (Mechanism mechanism : inOrder(identity.kind(), binding)) {
            if (offered.contains(mechanism.keyword())) {
                return of(mechanism, identity, binding);
            }
        }
        return null;
    }

    private static List<Mechanism> inOrder(SecretKind kind, @Nullable ChannelBinding binding) {
        if (kind == SecretKind.TOKEN) {
            return List.of(Mechanism.OAUTHBEARER, Mechanism.XOAUTH2);
        }
        var order = new ArrayList<Mechanism>();
        if (binding != null) {
            order.add(Mechanism.SCRAM_SHA_256_PLUS);
        }
        order.addAll(List.of(Mechanism.SCRAM_SHA_256, Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.CRAM_MD5));
        return order;
    }

    private static ClientExchange of(Mechanism mechanism, Identity identity, @Nullable ChannelBinding binding) {
        return switch (mechanism) {
            case SCRAM_SHA_256_PLUS, SCRAM_SHA_256 -> new ScramClientExchange(mechanism, identity, binding);
            case PLAIN, LOGIN, CRAM_MD5 -> new PasswordClientExchange(mechanism, identity);
            case OAUTHBEARER, XOAUTH2 -> new BearerClientExchange(mechanism, identity);
        };
    }
}
