// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.ChannelBinding;
import dev.boxcar.smtp.sasl.Hash;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslPrep;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The client side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677). */
final class ScramClientExchange implements ClientExchange {
    private static final int NONCE_BYTES = 18;
    /** A hostile server could ask for hours of CPU time. */
    private static final int MAX_ITERATIONS = 1_000_000;

    private enum State {
        SERVER_FIRST,
        SERVER_FINAL,
        FINISHED
    }

    private final Mechanism mechanism;
    private final String password;
    private final String gs2Header;
    private final @Nullable ChannelBinding binding;
    private final String clientNonce;
    private final String clientFirstBare;
    private State state = State.SERVER_FIRST;
    private String serverSignature = "";

    ScramClientExchange(Mechanism mechanism, Identity identity, @Nullable ChannelBinding binding) {
        this(mechanism, identity, binding, nonce());
    }

    ScramClientExchange(Mechanism mechanism, Identity identity, @Nullable ChannelBinding binding, String nonce) {
        boolean plus = mechanism == Mechanism.SCRAM_SHA_256_PLUS;
        this.mechanism = mechanism;
        this.password = prepared(identity.secret());
        this.binding = plus ? Objects.requireNonNull(binding, "binding") : null;
        // RFC 5802 §6: y says that the client could bind, and the server does not seem to
        this.gs2Header = (plus ? "p=" + ChannelBinding.TYPE : binding == null ? "n" : "y") + ",,";
        this.clientNonce = nonce;
        String user = prepared(identity.user()).replace("=", "=3D").replace(",", "=2C");
        this.clientFirstBare = "n=" + user + ",r=" + nonce;
    }

    private static String nonce() {
        var bytes = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** RFC 5802 §2.2; a text that cannot be prepared is sent as it is. */
    private static String prepared(String text) {
        return Objects.requireNonNullElse(SaslPrep.prepare(text), text);
    }

    @Override
    public Mechanism mechanism() {
        return mechanism;
    }

    @Override
    public byte @Nullable [] initialResponse() {
        return (gs2Header + clientFirstBare).getBytes(UTF_8);
    }

    @Override
    public boolean isSlow() {
        return true;
    }

    @Override
    public byte[] respond(byte[] challenge) throws ProtocolException {
        String text = new String(challenge, UTF_8);
        return switch (state) {
            case SERVER_FIRST -> clientFinal(text).getBytes(UTF_8);
            case SERVER_FINAL -> {
                verify(text);
                yield new byte[0];
            }
            case FINISHED -> throw new ProtocolException("the server goes on after the end of the exchange");
        };
    }

    private String clientFinal(String serverFirst) throws ProtocolException {
        String[] parts = serverFirst.split(",", -1);
        if (parts.length < 3) {
            throw invalid();
        }
        String nonce = value("r=", parts[0]);
        byte[] salt = decoded(value("s=", parts[1]));
        int iterations = iterations(value("i=", parts[2]));
        if (!nonce.startsWith(clientNonce) || nonce.length() == clientNonce.length()) {
            throw invalid();
        }
        String withoutProof = "c=" + Base64.getEncoder().encodeToString(bindingInput()) + ",r=" + nonce;
        String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
        byte[] salted = Hash.pbkdf2(password, salt, iterations);
        byte[] clientKey = Hash.hmacSha256(salted, "Client Key");
        byte[] signature = Hash.hmacSha256(Hash.sha256(clientKey), authMessage);
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= signature[i];
        }
        byte[] serverKey = Hash.hmacSha256(salted, "Server Key");
        serverSignature = Base64.getEncoder().encodeToString(Hash.hmacSha256(serverKey, authMessage));
        state = State.SERVER_FINAL;
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(clientKey);
    }

    private byte[] bindingInput() {
        var input = new ByteArrayOutputStream();
        input.writeBytes(gs2Header.getBytes(UTF_8));
        if (binding != null) {
            input.writeBytes(binding.bytes());
        }
        return input.toByteArray();
    }

    /** The server proves that it knows the password, too. */
    private void verify(String serverFinal) throws ProtocolException {
        if (serverFinal.startsWith("e=")) {
            throw new ProtocolException("the server refuses the password");
        }
        byte[] expected = ("v=" + serverSignature).getBytes(UTF_8);
        if (!MessageDigest.isEqual(expected, serverFinal.split(",", 2)[0].getBytes(UTF_8))) {
            throw new ProtocolException("the server does not know the password that it asks for");
        }
        state = State.FINISHED;
    }

    @Override
    public boolean isServerProved() {
        return state == State.FINISHED;
    }

    private static String value(String prefix, String attribute) throws ProtocolException {
        if (!attribute.startsWith(prefix)) {
            throw invalid();
        }
        return attribute.substring(prefix.length());
    }

    private static byte[] decoded(String base64) throws ProtocolException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    private static int iterations(String digits) throws ProtocolException {
        int number = digits.matches("[1-9][0-9]{0,6}") ? Integer.parseInt(digits) : 0;
        if (number == 0 || number > MAX_ITERATIONS) {
            throw invalid();
        }
        return number;
    }

    private static ProtocolException invalid() {
        return new ProtocolException("invalid SCRAM challenge of the server");
    }
}
