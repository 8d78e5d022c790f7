// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.smtp.client.reply.ServerCapabilities;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.sasl.ChannelBinding;
import dev.boxcar.smtp.sasl.client.ClientExchange;
import dev.boxcar.smtp.sasl.client.ClientMechanisms;
import java.net.ProtocolException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One AUTH exchange (RFC 4954 §4), with the strongest mechanism that both sides know. Confined to one thread at a time.
 */
final class ClientAuthentication {
    /** RFC 4954 §4: a longer command would exceed the line limit, so the response follows alone. */
    private static final int MAX_INITIAL = 400;

    private final ClientExchange exchange;
    private byte @Nullable [] initial;

    private ClientAuthentication(ClientExchange exchange) {
        this.exchange = exchange;
        this.initial = exchange.initialResponse();
    }

    /** An exchange with the best mechanism that both sides support, or null if there is none. */
    static @Nullable ClientAuthentication with(
            ClientCredentials credentials, ServerCapabilities capabilities, @Nullable ChannelBinding binding) {
        ClientExchange best = ClientMechanisms.strongest(capabilities.mechanisms(), credentials.identity(), binding);
        return best == null ? null : new ClientAuthentication(best);
    }

    /** The AUTH command. */
    String command() {
        String command = "AUTH " + exchange.mechanism().keyword();
        byte[] response = initial;
        if (response == null || response.length > MAX_INITIAL) {
            return command;
        }
        initial = null;
        return command + " " + (response.length == 0 ? "=" : base64(response));
    }

    /** Whether {@link #respond} takes so long that the loop must not call it. */
    boolean isSlow() {
        return exchange.isSlow() && initial == null;
    }

    /**
     * The line that answers a challenge.
     *
     * @throws ProtocolException if the server asks for something that the mechanism does not have
     */
    String respond(ServerReply challenge) throws ProtocolException {
        byte[] late = initial;
        if (late != null) {
            initial = null;
            return base64(late);
        }
        byte[] decoded;
        try {
            decoded =
                    Base64.getDecoder().decode(challenge.lines().get(0).strip().getBytes(US_ASCII));
        } catch (IllegalArgumentException e) {
            decoded = new byte[0]; // some servers write a prompt for people
        }
        return base64(exchange.respond(decoded));
    }

    /** Whether the server has proved that it knows the password, if the mechanism asks for that. */
    boolean isServerProved() {
        return exchange.isServerProved();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
