// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import dev.boxcar.smtp.sasl.SaslStep.Success;
import dev.boxcar.smtp.sasl.SaslStep.Verify;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): both sides prove that they know the password, and neither
 * sends it.
 *
 * <p>Since a 235 reply cannot carry the server's signature, it is sent as a challenge, to which the client sends an
 * empty response (RFC 4954 §4). Confined to one thread. The server computes only a few fast hashes.
 */
final class ScramExchange implements SaslExchange {
    /** Whether the exchange is bound to the TLS connection. */
    enum Binding {
        NONE,
        REQUIRED
    }

    private enum State {
        CLIENT_FIRST,
        VERIFIER,
        CLIENT_FINAL,
        SERVER_SIGNED,
        FINISHED
    }

    /** The nonce is repeated in a reply, whose lines have at most 512 bytes. */
    private static final int MAX_NONCE_CHARACTERS = 128;

    private final SaslContext context;
    private final boolean plus;
    private State state = State.CLIENT_FIRST;
    private String header = "";
    private String user = "";
    private String clientNonce = "";
    private String nonce = "";
    /** The messages so far that the proof covers: client-first-message-bare and server-first-message. */
    private String messages = "";

    private @Nullable ScramVerifier verifier;

    ScramExchange(SaslContext context, Binding binding) {
        this.context = context;
        this.plus = binding == Binding.REQUIRED;
    }

    @Override
    public SaslStep begin(byte @Nullable [] initialResponse) {
        return initialResponse == null ? new Challenge("") : respond(initialResponse);
    }

    @Override
    public SaslStep respond(byte[] response) {
        String text = SecretBytes.text(response);
        if (text == null) {
            return fail(Reason.MALFORMED);
        }
        return switch (state) {
            case CLIENT_FIRST -> clientFirst(text);
            case CLIENT_FINAL -> clientFinal(text);
            case SERVER_SIGNED -> text.isEmpty() ? succeed() : fail(Reason.MALFORMED);
            case VERIFIER, FINISHED -> throw new IllegalStateException("a response in state " + state);
        };
    }

    private SaslStep clientFirst(String text) {
        Gs2Header gs2 = Gs2Header.parse(text);
        if (gs2 == null) {
            return fail(Reason.MALFORMED);
        }
        String bare = text.substring(gs2.length());
        // a message that begins with a mandatory extension, m=, fails below, as §5.1 requires
        String[] parts = bare.split(",", -1);
        String escaped = parts.length < 2 || !areAttributes(parts) ? null : value("n=", parts[0]);
        String name = escaped == null ? null : Gs2Header.unescape(escaped);
        String received = name == null ? null : value("r=", parts[1]);
        if (name == null || received == null || !isNonce(received)) {
            return fail(Reason.MALFORMED);
        }
        String prepared = SaslPrep.prepare(name);
        if (!hasValidBinding(gs2) || prepared == null || prepared.isEmpty() || !isSameUser(gs2.actAs(), prepared)) {
            return fail(Reason.REFUSED);
        }
        header = text.substring(0, gs2.length());
        user = prepared;
        clientNonce = received;
        messages = bare;
        state = State.VERIFIER;
        return new Verify(new Claim.Scram(user));
    }

    /**
     * RFC 5802 §6: a client uses binding if and only if it chose -PLUS. If it thinks that the server does not support
     * binding ({@code y}) although the server offers it, an attacker has changed the list of mechanisms.
     */
    private boolean hasValidBinding(Gs2Header gs2) {
        boolean offered = context.binding() != null;
        return switch (gs2.flag()) {
            case 'p' -> plus && offered && gs2.binding().equals(ChannelBinding.TYPE);
            case 'y' -> !plus && !offered;
            default -> !plus;
        };
    }

    private static boolean isSameUser(String actAs, String user) {
        return actAs.isEmpty() || user.equals(SaslPrep.prepare(actAs));
    }

    @Override
    public SaslStep verified(ClaimResult result) {
        if (state != State.VERIFIER) {
            throw new IllegalStateException("a claim result in state " + state);
        }
        if (!(result instanceof ClaimResult.Verifier found)) {
            return fail(result == ClaimResult.UNAVAILABLE ? Reason.UNAVAILABLE : Reason.REFUSED);
        }
        verifier = found.verifier();
        nonce = clientNonce + context.nonce();
        String serverFirst = "r=" + nonce + ",s=" + verifier.saltBase64() + ",i=" + verifier.iterations();
        messages += "," + serverFirst;
        state = State.CLIENT_FINAL;
        return new Challenge(serverFirst);
    }

    private SaslStep clientFinal(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length < 3 || !areAttributes(parts)) {
            return fail(Reason.MALFORMED);
        }
        byte[] bound = decode(value("c=", parts[0]));
        byte[] proof = decode(value("p=", parts[parts.length - 1]));
        String received = value("r=", parts[1]);
        if (received == null || bound == null || proof == null || verifier == null) {
            return fail(Reason.MALFORMED);
        }
        String authMessage = messages + "," + text.substring(0, text.lastIndexOf(','));
        boolean same = MessageDigest.isEqual(bound, expectedBinding()) && received.equals(nonce);
        if (!same || !verifier.isProvedBy(proof, authMessage)) {
            return fail(Reason.REFUSED);
        }
        state = State.SERVER_SIGNED;
        return new Challenge("v=" + verifier.signatureBase64(authMessage));
    }

    /**
     * The GS2 header, so that changes by an attacker are detected, and the channel binding data (RFC 5802 §7,
     * cbind-input).
     */
    private byte[] expectedBinding() {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header.getBytes(UTF_8));
        ChannelBinding binding = context.binding();
        if (plus && binding != null) {
            bytes.writeBytes(binding.bytes());
        }
        return bytes.toByteArray();
    }

    /** RFC 5802 §5.1: an attribute is a letter, an equals sign and a value. */
    private static boolean areAttributes(String... parts) {
        for (String part : parts) {
            boolean isOne = part.length() > 2 && part.charAt(1) == '=' && part.indexOf('\0') < 0;
            if (!isOne || Character.toUpperCase(part.charAt(0)) < 'A' || Character.toUpperCase(part.charAt(0)) > 'Z') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String value(String prefix, String part) {
        return part.startsWith(prefix) ? part.substring(prefix.length()) : null;
    }

    private static boolean isNonce(String text) {
        return text.length() <= MAX_NONCE_CHARACTERS && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    private static byte @Nullable [] decode(@Nullable String base64) {
        if (base64 == null) {
            return null;
        }
        byte[] text = base64.getBytes(UTF_8);
        return StrictBase64.decode(text, 0, text.length);
    }

    private SaslStep succeed() {
        state = State.FINISHED;
        return new Success(user);
    }

    private SaslStep fail(Reason reason) {
        state = State.FINISHED;
        return new Failure(reason);
    }
}
