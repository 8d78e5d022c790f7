// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslContext;
import dev.boxcar.smtp.sasl.SaslExchange;
import dev.boxcar.smtp.sasl.SaslStep;
import dev.boxcar.smtp.sasl.ScramVerifier;
import dev.boxcar.smtp.sasl.client.ClientExchange.Identity;
import dev.boxcar.smtp.sasl.client.ClientExchange.SecretKind;
import java.net.ProtocolException;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client side of each mechanism, against the server side and the examples of the RFCs. */
class ClientExchangeTest {
    private static final Identity ANN = new Identity("ann", "pencil", SecretKind.PASSWORD);

    /** RFC 7677 §3. */
    @Test
    void scramGivesTheProofOfTheRfcsExample() throws Exception {
        var identity = new Identity("user", "pencil", SecretKind.PASSWORD);
        var client = new ScramClientExchange(Mechanism.SCRAM_SHA_256, identity, null, "rOprNGfwEbeRWgbNEkqO");

        assertThat(text(client.initialResponse())).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assertThat(text(client.respond(bytes("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))))
                .isEqualTo("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(client.isServerProved()).isFalse();
        assertThat(client.respond(bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")))
                .isEmpty();
        assertThat(client.isServerProved()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=nonce,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=nonceX,s=!,i=4096",
                "r=nonceX,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0",
                "r=nonceX,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=9999999",
                "hello"
            })
    void scramRefusesAnInvalidChallenge(String challenge) {
        var client = new ScramClientExchange(Mechanism.SCRAM_SHA_256, ANN, null, "nonce");

        assertThatThrownBy(() -> client.respond(bytes(challenge))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void scramRefusesAServerThatDoesNotKnowThePassword() throws Exception {
        var client = new ScramClientExchange(Mechanism.SCRAM_SHA_256, ANN, null, "nonce");
        client.respond(bytes("r=nonceX,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));

        assertThatThrownBy(() -> client.respond(bytes("v=AAAA"))).isInstanceOf(ProtocolException.class);
        assertThat(client.isServerProved()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256, PASSWORD, SCRAM-SHA-256",
        "PLAIN LOGIN CRAM-MD5, PASSWORD, PLAIN",
        "LOGIN CRAM-MD5, PASSWORD, LOGIN",
        "CRAM-MD5, PASSWORD, CRAM-MD5",
        "PLAIN XOAUTH2 OAUTHBEARER, TOKEN, OAUTHBEARER",
        "PLAIN XOAUTH2, TOKEN, XOAUTH2",
        "PLAIN, TOKEN, none",
        "XOAUTH2, PASSWORD, none",
        "GSSAPI, PASSWORD, none"
    })
    void theStrongestMechanismThatServesIsTaken(String offered, SecretKind kind, String expected) {
        ClientExchange exchange =
                ClientMechanisms.strongest(Set.of(offered.split(" ", -1)), new Identity("ann", "secret", kind), null);

        assertThat(exchange == null ? "none" : exchange.mechanism().keyword()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, PASSWORD, pencil",
        "LOGIN, PASSWORD, pencil",
        "CRAM_MD5, PASSWORD, pencil",
        "SCRAM_SHA_256, PASSWORD, pencil",
        "XOAUTH2, TOKEN, token",
        "OAUTHBEARER, TOKEN, token"
    })
    void theServerSideIsSatisfied(Mechanism mechanism, SecretKind kind, String secret) throws Exception {
        ClientExchange client = Objects.requireNonNull(
                ClientMechanisms.strongest(Set.of(mechanism.keyword()), new Identity("ann", secret, kind), null));
        SaslExchange server = mechanism.begin(new SaslContext("mail.example", new SecureRandom(), null));

        SaslStep step = server.begin(client.initialResponse());
        while (!(step instanceof SaslStep.Success) && !(step instanceof SaslStep.Failure)) {
            step = step instanceof SaslStep.Challenge challenge
                    ? server.respond(client.respond(bytes(challenge.text())))
                    : server.verified(verify(((SaslStep.Verify) step).claim()));
        }

        assertThat(step).isEqualTo(new SaslStep.Success("ann"));
        assertThat(client.isServerProved()).isTrue();
    }

    private static ClaimResult verify(Claim claim) {
        boolean isTrue =
                claim instanceof Claim.Password password && password.password().equals("pencil")
                        || claim instanceof Claim.Digest digest && digest.isProvedBy("pencil")
                        || claim instanceof Claim.Token token && token.token().equals("token");
        if (claim instanceof Claim.Scram) {
            return new ClaimResult.Verifier(ScramVerifier.of("pencil", new byte[16], ScramVerifier.MIN_ITERATIONS));
        }
        return isTrue ? ClaimResult.YES : ClaimResult.NO;
    }

    @Test
    void anIdentityDoesNotPrintItsSecret() {
        assertThat(ANN.toString()).isEqualTo("Identity[user=ann]");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, UTF_8);
    }
}
