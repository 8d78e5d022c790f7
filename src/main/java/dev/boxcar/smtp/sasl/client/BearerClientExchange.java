// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.Mechanism;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** OAUTHBEARER (RFC 7628) and XOAUTH2, its forerunner: the client sends an access token. */
final class BearerClientExchange implements ClientExchange {
    private final Mechanism mechanism;
    private final Identity identity;
    private boolean acknowledged;

    BearerClientExchange(Mechanism mechanism, Identity identity) {
        this.mechanism = mechanism;
        this.identity = identity;
    }

    @Override
    public Mechanism mechanism() {
        return mechanism;
    }

    @Override
    public byte @Nullable [] initialResponse() {
        String start = mechanism == Mechanism.XOAUTH2
                ? "user=" + identity.user()
                : "n,a=" + identity.user().replace("=", "=3D").replace(",", "=2C") + ",";
        return (start + "\1auth=Bearer " + identity.secret() + "\1\1").getBytes(UTF_8);
    }

    /** A challenge is the server's reason for a refusal; the client acknowledges it (RFC 7628 §3.2.3). */
    @Override
    public byte[] respond(byte[] challenge) throws ProtocolException {
        if (acknowledged) {
            throw new ProtocolException("the server refuses the token twice");
        }
        acknowledged = true;
        return (mechanism == Mechanism.XOAUTH2 ? "" : "\1").getBytes(UTF_8);
    }
}
