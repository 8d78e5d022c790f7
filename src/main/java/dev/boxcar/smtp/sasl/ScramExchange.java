// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.Step.Challenge;
import dev.boxcar.smtp.sasl.Step.Failure;
import dev.boxcar.smtp.sasl.Step.Reason;
import dev.boxcar.smtp.sasl.Step.Success;
import dev.boxcar.smtp.sasl.Step.Verify;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): both sides prove that they know the password, and neither sends it.
 *
 * <p>The server's signature is sent in a challenge, which the client answers with an empty response, since a 235 has no room for it
 * (RFC 4954 §4). Confined to one thread; it costs a few hashes, the slow one is the client's.
 */
final class ScramExchange implements Exchange {
    private enum State {
        CLIENT_FIRST,
        VERIFIER,
        CLIENT_FINAL,
        SIGNED,
        SPENT
    }

    /** Behind the GS2 header; m= in front, an extension that must be understood, does not match and so fails as it must (§5.1). */
    private static final Pattern CLIENT_FIRST =
            Pattern.compile("n=([^,\\00]+),r=([\\x21-\\x2B\\x2D-\\x7E]+)((?:,[A-Za-z]=[^,\\00]+)*)");

    private static final Pattern CLIENT_FINAL = Pattern.compile(
            "(c=([A-Za-z0-9+/=]+),r=([\\x21-\\x2B\\x2D-\\x7E]+)(?:,[A-Za-z]=[^,\\00]+)*?),p=([A-Za-z0-9+/=]+)");

    private final Setting setting;
    private final boolean plus;
    private State state = State.CLIENT_FIRST;
    private String header = "";
    private String user = "";
    private String clientNonce = "";
    private String nonce = "";
    /** The messages so far, as the proof covers them: client-first-message-bare and server-first-message. */
    private String messages = "";

    private @Nullable ScramVerifier verifier;

    ScramExchange(Setting setting, boolean plus) {
        this.setting = setting;
        this.plus = plus;
    }

    @Override
    public Step begin(byte @Nullable [] initialResponse) {
        return initialResponse == null ? new Challenge("") : respond(initialResponse);
    }

    @Override
    public Step respond(byte[] response) {
        String text = Octets.text(response);
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

    private Step clientFirst(String text) {
        Gs2Header gs2 = Gs2Header.parse(text);
        if (gs2 == null) {
            return fail(Reason.MALFORMED);
        }
        Matcher bare = CLIENT_FIRST.matcher(text).region(gs2.length(), text.length());
        String name = bare.matches() ? Gs2Header.unescape(bare.group(1)) : null;
        if (name == null) {
            return fail(Reason.MALFORMED);
        }
        String prepared = SaslPrep.prepare(name);
        if (!bindsAsItShould(gs2) || prepared == null || prepared.isEmpty() || !isItself(gs2.actAs(), prepared)) {
            return fail(Reason.REFUSED);
        }
        header = text.substring(0, gs2.length());
        user = prepared;
        clientNonce = bare.group(2);
        messages = bare.group();
        state = State.VERIFIER;
        return new Verify(new Claim.Scram(user));
    }

    /**
     * RFC 5802 §6: with -PLUS it binds, without it does not. A client that could bind and thinks that the server cannot ({@code y})
     * was lied to by somebody between, if the server does offer it.
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
    public Step answer(Answer answer) {
        if (state != State.VERIFIER) {
            throw new IllegalStateException("an answer in state " + state);
        }
        if (!(answer instanceof Answer.Verifier found)) {
            return fail(answer == Answer.UNAVAILABLE ? Reason.UNAVAILABLE : Reason.REFUSED);
        }
        verifier = found.verifier();
        nonce = clientNonce + setting.nonce();
        String serverFirst = "r=" + nonce + ",s=" + verifier.saltBase64() + ",i=" + verifier.iterations();
        messages += "," + serverFirst;
        state = State.CLIENT_FINAL;
        return new Challenge(serverFirst);
    }

    private Step clientFinal(String text) {
        Matcher form = CLIENT_FINAL.matcher(text);
        if (!form.matches()) {
            return fail(Reason.MALFORMED);
        }
        byte[] bound = decode(form.group(2));
        byte[] proof = decode(form.group(4));
        if (bound == null || proof == null || verifier == null) {
            return fail(Reason.MALFORMED);
        }
        String authMessage = messages + "," + form.group(1);
        boolean same =
                MessageDigest.isEqual(bound, expectedBinding()) && form.group(3).equals(nonce);
        if (!same || !verifier.isProvedBy(proof, authMessage)) {
            return fail(Reason.REFUSED);
        }
        state = State.SIGNED;
        return new Challenge("v=" + verifier.signatureBase64(authMessage));
    }

    /** The header again, so that nobody between has changed it, and what binds the channel (RFC 5802 §7, cbind-input). */
    private byte[] expectedBinding() {
        var octets = new ByteArrayOutputStream();
        octets.writeBytes(header.getBytes(UTF_8));
        ChannelBinding binding = setting.binding();
        if (plus && binding != null) {
            octets.writeBytes(binding.octets());
        }
        return octets.toByteArray();
    }

    private static byte @Nullable [] decode(String base64) {
        byte[] text = base64.getBytes(UTF_8);
        return StrictBase64.decode(text, 0, text.length);
    }

    private Step succeed() {
        state = State.SPENT;
        return new Success(user);
    }

    private Step fail(Reason reason) {
        state = State.SPENT;
        return new Failure(reason);
    }
}
