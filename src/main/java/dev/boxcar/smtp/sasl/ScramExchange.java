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
 * <p>The server's signature is sent in a challenge, which the client answers with an empty response, since a 235 has no
 * room for it (RFC 4954 §4). Confined to one thread; it costs a few hashes, the slow one is the client's.
 */
final class ScramExchange implements SaslExchange {
    private enum State {
        CLIENT_FIRST,
        VERIFIER,
        CLIENT_FINAL,
        SIGNED,
        SPENT
    }

    /** The nonce comes back in a line of a reply, which has 512 bytes. */
    private static final int MOST_NONCE_CHARACTERS = 128;

    private final SaslContext setting;
    private final boolean plus;
    private State state = State.CLIENT_FIRST;
    private String header = "";
    private String user = "";
    private String clientNonce = "";
    private String nonce = "";
    /** The messages so far, as the proof covers them: client-first-message-bare and server-first-message. */
    private String messages = "";

    private @Nullable ScramVerifier verifier;

    ScramExchange(SaslContext setting, boolean plus) {
        this.setting = setting;
        this.plus = plus;
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
            case SIGNED -> text.isEmpty() ? succeed() : fail(Reason.MALFORMED);
            case VERIFIER, SPENT -> throw new IllegalStateException("a response in state " + state);
        };
    }

    private SaslStep clientFirst(String text) {
        Gs2Header gs2 = Gs2Header.parse(text);
        if (gs2 == null) {
            return fail(Reason.MALFORMED);
        }
        String bare = text.substring(gs2.length());
        String[] parts =
                bare.split(",", -1); // m= in front, an extension that must be understood, fails as it must (§5.1)
        String escaped = parts.length < 2 || !areAttributes(parts) ? null : value("n=", parts[0]);
        String name = escaped == null ? null : Gs2Header.unescape(escaped);
        String given = name == null ? null : value("r=", parts[1]);
        if (name == null || given == null || !isNonce(given)) {
            return fail(Reason.MALFORMED);
        }
        String prepared = SaslPrep.prepare(name);
        if (!bindsAsItShould(gs2) || prepared == null || prepared.isEmpty() || !isItself(gs2.actAs(), prepared)) {
            return fail(Reason.REFUSED);
        }
        header = text.substring(0, gs2.length());
        user = prepared;
        clientNonce = given;
        messages = bare;
        state = State.VERIFIER;
        return new Verify(new Claim.Scram(user));
    }

    /**
     * RFC 5802 §6: with -PLUS it binds, without it does not. A client that could bind and thinks that the server cannot
     * ({@code y}) was lied to by somebody between, if the server does offer it.
     */
    private boolean bindsAsItShould(Gs2Header gs2) {
        boolean offered = setting.binding() != null;
        return switch (gs2.flag()) {
            case 'p' -> plus && offered && gs2.binding().equals(ChannelBinding.TYPE);
            case 'y' -> !plus && !offered;
            default -> !plus;
        };
    }

    private static boolean isItself(String actAs, String user) {
        return actAs.isEmpty() || user.equals(SaslPrep.prepare(actAs));
    }

    @Override
    public SaslStep answer(ClaimResult answer) {
        if (state != State.VERIFIER) {
            throw new IllegalStateException("an answer in state " + state);
        }
        if (!(answer instanceof ClaimResult.Verifier found)) {
            return fail(answer == ClaimResult.UNAVAILABLE ? Reason.UNAVAILABLE : Reason.REFUSED);
        }
        verifier = found.verifier();
        nonce = clientNonce + setting.nonce();
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
        String given = value("r=", parts[1]);
        if (given == null || bound == null || proof == null || verifier == null) {
            return fail(Reason.MALFORMED);
        }
        String authMessage = messages + "," + text.substring(0, text.lastIndexOf(','));
        boolean same = MessageDigest.isEqual(bound, expectedBinding()) && given.equals(nonce);
        if (!same || !verifier.isProvedBy(proof, authMessage)) {
            return fail(Reason.REFUSED);
        }
        state = State.SIGNED;
        return new Challenge("v=" + verifier.signatureBase64(authMessage));
    }

    /**
     * The header again, so that nobody between has changed it, and what binds the channel (RFC 5802 §7, cbind-input).
     */
    private byte[] expectedBinding() {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header.getBytes(UTF_8));
        ChannelBinding binding = setting.binding();
        if (plus && binding != null) {
            bytes.writeBytes(binding.bytes());
        }
        return bytes.toByteArray();
    }

    /** RFC 5802 §5.1: each is a letter, an equals sign and something behind it. */
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
        return text.length() <= MOST_NONCE_CHARACTERS && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    private static byte @Nullable [] decode(@Nullable String base64) {
        if (base64 == null) {
            return null;
        }
        byte[] text = base64.getBytes(UTF_8);
        return StrictBase64.decode(text, 0, text.length);
    }

    private SaslStep succeed() {
        state = State.SPENT;
        return new Success(user);
    }

    private SaslStep fail(Reason reason) {
        state = State.SPENT;
        return new Failure(reason);
    }
}
