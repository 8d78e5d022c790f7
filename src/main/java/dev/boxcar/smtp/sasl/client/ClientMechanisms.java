// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl.client;

import dev.boxcar.smtp.sasl.ChannelBinding;
import dev.boxcar.smtp.sasl.Mechanism;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the mechanism of a client. Any thread. */
public final class ClientMechanisms {
    private ClientMechanisms() {}

    /**
     * The strongest exchange that a server offers and the identity serves; null if there is none.
     *
     * @param offered the names of the mechanisms that the server offers, in upper case
     * @param binding the data of the TLS connection; null without TLS
     */
    public static @Nullable ClientExchange strongest(
            Set<String> offered, ClientExchange.Identity identity, @Nullable ChannelBinding binding) {
        for (Mechanism mechanism : inOrder(identity.kind(), binding)) {
            if (offered.contains(mechanism.keyword())) {
                return of(mechanism, identity, binding);
            }
        }
        return null;
    }

    private static List<Mechanism> inOrder(ClientExchange.SecretKind kind, @Nullable ChannelBinding binding) {
        if (kind == ClientExchange.SecretKind.TOKEN) {
            return List.of(Mechanism.OAUTHBEARER, Mechanism.XOAUTH2);
        }
        var order = new ArrayList<Mechanism>();
        if (binding != null) {
            order.add(Mechanism.SCRAM_SHA_256_PLUS);
        }
        order.addAll(List.of(Mechanism.SCRAM_SHA_256, Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.CRAM_MD5));
        return order;
    }

    private static ClientExchange of(
            Mechanism mechanism, ClientExchange.Identity identity, @Nullable ChannelBinding binding) {
        return switch (mechanism) {
            case SCRAM_SHA_256_PLUS, SCRAM_SHA_256 -> new ScramClientExchange(mechanism, identity, binding);
            case PLAIN, LOGIN, CRAM_MD5 -> new PasswordClientExchange(mechanism, identity);
            case OAUTHBEARER, XOAUTH2 -> new BearerClientExchange(mechanism, identity);
        };
    }
}
