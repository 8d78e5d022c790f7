// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Success;
import dev.boxcar.smtp.sasl.SaslStep.Verify;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fuzz target of all mechanisms: an exchange must end, must not throw, and must not succeed for a client that does
 * not know the secret.
 */
public final class SaslTarget {
    static final String USER = "user";
    static final String PASSWORD = "pencil";
    private static final String NONCE = "hvYDpWUa2RaTCAfuxFIlj";
    private static final int MOST_STEPS = 6;
    private static final ScramVerifier VERIFIER =
            ScramVerifier.of(PASSWORD, "salt".getBytes(UTF_8), ScramVerifier.MIN_ITERATIONS);

    /** How the client makes its responses. */
    private enum Client {
        /** They are the input bytes. */
        BYTES,
        /** SCRAM with the input bytes as the password. */
        GUESSING,
        /** SCRAM with the right password; the input bytes are combined with its last message. */
        TAMPERED
    }

    private SaslTarget() {}

    /**
     * The first byte selects the mechanism. The second selects the kind of client and, in its highest bit, whether it
     * sends an initial response. Responses follow, each after a byte with its length.
     */
    public static void fuzzerTestOneInput(byte[] o) {
        if (o.length < 2) {
            return;
        }
        Mechanism[] mechanisms = Mechanism.values();
        Mechanism mechanism = mechanisms[(o[0] & 0xFF) % mechanisms.length];
        Client client = Client.values()[(o[1] & 0x7F) % Client.values().length];
        SaslExchange exchange = mechanism.begin(new SaslContext("mx.example", () -> NONCE, null));
        byte[] rest = Arrays.copyOfRange(o, 2, o.length);
        boolean scram = mechanism == Mechanism.SCRAM_SHA_256;
        if (scram && client == Client.GUESSING) {
            guess(exchange, rest);
        } else if (scram && client == Client.TAMPERED) {
            tamper(exchange, rest);
        } else {
            converse(exchange, rest, o[1] < 0);
        }
    }

    // ---- bytes
    // ---------------------------------------------------------------------------------------------------------------

    private static void converse(SaslExchange exchange, byte[] rest, boolean initial) {
        int at = 0;
        SaslStep step = null;
        String shown = "";
        for (int i = 0; i < MOST_STEPS; i++) {
            if (step == null && !initial) {
                step = exchange.begin(null);
            } else {
                byte[] response = response(rest, at);
                at += 1 + response.length;
                shown += new String(response, UTF_8) + "\n";
                step = step == null ? exchange.begin(response) : exchange.respond(response);
            }
            if (step instanceof Verify verify) {
                Claim claim = verify.claim();
                boolean knows = knows(claim);
                step = exchange.verified(answer(claim, knows));
                check(!(step instanceof Success) || knows, "a claim that does not hold succeeds");
                check(!knows || step instanceof Success, "a claim that holds fails");
            }
            if (step instanceof Success success) {
                check(success.user().equals(USER), "somebody else");
                check(!(shown.isEmpty()), "nothing was shown");
                return;
            } else if (step instanceof Failure) {
                return;
            }
            check(step instanceof Challenge, "a claim behind a claim");
        }
        throw new AssertionError("the exchange does not end");
    }

    private static byte[] response(byte[] rest, int at) {
        if (at >= rest.length) {
            return new byte[0];
        }
        int length = Math.min(rest[at] & 0xFF, rest.length - at - 1);
        return Arrays.copyOfRange(rest, at + 1, at + 1 + length);
    }

    private static boolean knows(Claim claim) {
        if (!claim.user().equals(USER)) {
            return false;
        } else if (claim instanceof Claim.Password password) {
            return password.password().equals(PASSWORD) && password.actAs().isEmpty();
        } else if (claim instanceof Claim.Token token) {
            return token.token().equals(PASSWORD);
        }
        return claim instanceof Claim.Digest digest && digest.isProvedBy(PASSWORD);
    }

    private static ClaimResult answer(Claim claim, boolean knows) {
        if (claim instanceof Claim.Scram) {
            return new ClaimResult.Verifier(VERIFIER);
        }
        return knows ? ClaimResult.YES : ClaimResult.NO;
    }

    // ---- SCRAM
    // -----------------------------------------------------------------------------------------------------------------

    private static void guess(SaslExchange exchange, byte[] bytes) {
        String password = new String(bytes, ISO_8859_1);
        String key = password.replaceFirst("\\00+$", ""); // HMAC pads its key with zeros
        if (key.isEmpty() || key.equals(PASSWORD)) {
            return; // the client does not support an empty key
        }
        var client = new ScramClient("n,,", new byte[0], USER, password, "nonce");
        SaslStep step = last(exchange, client.first(), client);
        check(step instanceof Failure, "a wrong password proves");
    }

    private static void tamper(SaslExchange exchange, byte[] bytes) {
        var client = new ScramClient("n,,", new byte[0], USER, PASSWORD, "nonce");
        exchange.begin(client.first().getBytes(UTF_8));
        Challenge first = (Challenge) exchange.verified(new ClaimResult.Verifier(VERIFIER));
        byte[] honest = client.last(first.text()).getBytes(UTF_8);
        byte[] sent = honest.clone();
        for (int i = 0; i + 1 < bytes.length; i += 2) {
            sent[(bytes[i] & 0xFF) % sent.length] = bytes[i + 1];
        }
        SaslStep step = exchange.respond(sent);
        if (Arrays.equals(sent, honest)) {
            check(step.equals(new Challenge(client.expectedSignature())), "an honest client fails");
            check(exchange.respond(new byte[0]).equals(new Success(USER)), "an honest client fails");
        } else {
            check(step instanceof Failure, "a message that was tampered with proves");
        }
    }

    private static @Nullable SaslStep last(SaslExchange exchange, String clientFirst, ScramClient client) {
        exchange.begin(clientFirst.getBytes(UTF_8));
        Challenge challenge = (Challenge) exchange.verified(new ClaimResult.Verifier(VERIFIER));
        return exchange.respond(client.last(challenge.text()).getBytes(UTF_8));
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
