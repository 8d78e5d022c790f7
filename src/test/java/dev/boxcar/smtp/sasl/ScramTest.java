// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import dev.boxcar.smtp.sasl.SaslStep.Success;
import dev.boxcar.smtp.sasl.SaslStep.Verify;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM as in RFC 5802 and the example of RFC 7677 §3. */
class ScramTest {
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final byte[] NOTHING = {};
    private static final ScramVerifier PENCIL =
            ScramVerifier.of("pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

    private static SaslExchange scram(Mechanism mechanism, @Nullable ChannelBinding binding) {
        return mechanism.begin(new SaslContext("mail.example", () -> SERVER_NONCE, binding));
    }

    private static SaslExchange scram() {
        return scram(Mechanism.SCRAM_SHA_256, null);
    }

    private static SaslStep respond(SaslExchange exchange, String text) {
        return exchange.respond(text.getBytes(UTF_8));
    }

    @Test
    void acceptsTheExampleOfRfc7677() {
        SaslExchange exchange = scram();
        assertThat(exchange.begin(("n,,n=user,r=" + NONCE).getBytes(UTF_8)))
                .isEqualTo(new Verify(new Claim.Scram("user")));
        assertThat(exchange.verified(new ClaimResult.Verifier(PENCIL)))
                .isEqualTo(new Challenge("r=" + NONCE + SERVER_NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
        assertThat(respond(
                        exchange,
                        "c=biws,r=" + NONCE + SERVER_NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
                .isEqualTo(new Challenge("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        assertThat(respond(exchange, "")).isEqualTo(new Success("user"));
    }

    @Test
    void promptsForTheFirstMessageWithoutAnInitialResponse() {
        SaslExchange exchange = scram();
        assertThat(exchange.begin(null)).isEqualTo(new Challenge(""));
        assertThat(respond(exchange, "n,,n=user,r=" + NONCE)).isInstanceOf(Verify.class);
    }

    @ParameterizedTest
    @CsvSource({
        "pencil, ok",
        "Pencil, REFUSED",
        "'', REFUSED",
        "x, REFUSED",
    })
    void succeedsOnlyWithThePassword(String password, String outcome) {
        var client = new ScramClient("n,,", NOTHING, "user", password.isEmpty() ? " " : password, NONCE);
        SaslExchange exchange = scram();
        exchange.begin(client.first().getBytes(UTF_8));
        SaslStep step = exchange.verified(new ClaimResult.Verifier(PENCIL));
        SaslStep last = respond(exchange, client.last(((Challenge) step).text()));
        if (outcome.equals("ok")) {
            assertThat(last).isEqualTo(new Challenge(client.expectedSignature()));
        } else {
            assertThat(last).isEqualTo(new Failure(Reason.REFUSED));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n=user,r=abc", // no GS2 header
                "z,,n=user,r=abc",
                "n,n=user,r=abc",
                "n,,m=ext,n=user,r=abc", // a mandatory extension (§5.1)
                "n,,n=,r=abc",
                "n,,n=user",
                "n,,n=user,r=",
                "n,,n=us=er,r=abc", // an equals sign must be escaped
                "n,a=b=c,n=user,r=abc",
                "n,,n=user,r=a\0c",
                "n,,n=user,r=abc,",
                "n,,r=abc,n=user",
            })
    void rejectsMalformedFirstMessages(String text) {
        assertThat(scram().begin(text.getBytes(UTF_8))).isEqualTo(new Failure(Reason.MALFORMED));
    }

    @Test
    void rejectsMalformedUtf8() {
        assertThat(scram().begin(new byte[] {'n', ',', ',', 'n', '=', (byte) 0xFF}))
                .isEqualTo(new Failure(Reason.MALFORMED));
    }

    @Test
    void unescapesAndPreparesTheUser() {
        assertThat(scram().begin("n,,n=a=2Cb=3D\u00ADc,r=abc".getBytes(UTF_8)))
                .isEqualTo(new Verify(new Claim.Scram("a,b=c")));
    }

    @Test
    void refusesToActAsAnotherUser() {
        assertThat(scram().begin("n,a=boss,n=user,r=abc".getBytes(UTF_8))).isEqualTo(new Failure(Reason.REFUSED));
        assertThat(scram().begin("n,a=user,n=user,r=abc".getBytes(UTF_8))).isInstanceOf(Verify.class);
    }

    /** An attacker can neither change the nonce or the header nor omit parts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r=NONCE|r=NONCEx|REFUSED",
                "r=NONCE|r=other|REFUSED",
                "c=biws|c=eSws|REFUSED", // y,,
                "c=biws|c=biw|MALFORMED", // invalid base64
                "c=biws|c=|MALFORMED",
                ",p=|,p=AAAA|REFUSED", // a proof of the wrong length
                ",p=|,q=|MALFORMED",
                "c=biws,|x|MALFORMED",
            })
    void rejectsAChangedFinalMessage(String what, String by, Reason reason) {
        var client = new ScramClient("n,,", NOTHING, "user", "pencil", NONCE);
        SaslExchange exchange = scram();
        exchange.begin(client.first().getBytes(UTF_8));
        SaslStep step = exchange.verified(new ClaimResult.Verifier(PENCIL));
        String whole = NONCE + SERVER_NONCE;
        String message = client.last(((Challenge) step).text());
        String changed = message.replace(what.replace("NONCE", whole), by.replace("NONCE", whole));
        assertThat(changed).isNotEqualTo(message);
        assertThat(respond(exchange, changed)).isEqualTo(new Failure(reason));
    }

    @Test
    void rejectsANonEmptyResponseToTheSignature() {
        var client = new ScramClient("n,,", NOTHING, "user", "pencil", NONCE);
        SaslExchange exchange = scram();
        exchange.begin(client.first().getBytes(UTF_8));
        respond(exchange, client.last(((Challenge) exchange.verified(new ClaimResult.Verifier(PENCIL))).text()));
        assertThat(respond(exchange, "x")).isEqualTo(new Failure(Reason.MALFORMED));
    }

    @Test
    void bindsTheCertificateWithPlus() throws Exception {
        X509Certificate certificate = certificate("rsa-sha256");
        byte[] hash = HexFormat.of().parseHex("d03bd59bc7f960f4d17fd014e80646eee2190e5d862940d0b2a76ddbbaac2385");
        assertThat(plus(certificate, "p=tls-server-end-point,,", hash)).isInstanceOf(Challenge.class);
        assertThat(plus(certificate, "p=tls-server-end-point,,", new byte[32])).isEqualTo(new Failure(Reason.REFUSED));
        assertThat(plus(certificate, "p=tls-server-end-point,,", NOTHING)).isEqualTo(new Failure(Reason.REFUSED));
    }

    private static SaslStep plus(X509Certificate certificate, String header, byte[] bytes) {
        var client = new ScramClient(header, bytes, "user", "pencil", NONCE);
        SaslExchange exchange = scram(Mechanism.SCRAM_SHA_256_PLUS, ChannelBinding.of(certificate));
        exchange.begin(client.first().getBytes(UTF_8));
        return respond(exchange, client.last(((Challenge) exchange.verified(new ClaimResult.Verifier(PENCIL))).text()));
    }

    /** RFC 5802 §6: the meaning of each flag of the GS2 header. */
    @ParameterizedTest
    @CsvSource({
        "SCRAM_SHA_256,      false, 'n,,', true",
        "SCRAM_SHA_256,      true,  'n,,', true",
        "SCRAM_SHA_256,      false, 'y,,', true",
        "SCRAM_SHA_256,      true,  'y,,', false",
        "SCRAM_SHA_256,      true,  'p=tls-server-end-point,,', false",
        "SCRAM_SHA_256_PLUS, true,  'p=tls-server-end-point,,', true",
        "SCRAM_SHA_256_PLUS, true,  'p=tls-unique,,', false",
        "SCRAM_SHA_256_PLUS, true,  'n,,', false",
        "SCRAM_SHA_256_PLUS, true,  'y,,', false",
        "SCRAM_SHA_256_PLUS, false, 'p=tls-server-end-point,,', false",
    })
    void checksTheHeaderAgainstTheOfferedMechanisms(Mechanism mechanism, boolean tls, String header, boolean accepted)
            throws Exception {
        ChannelBinding binding = tls ? ChannelBinding.of(certificate("rsa-sha256")) : null;
        SaslStep step = scram(mechanism, binding).begin((header + "n=user,r=abc").getBytes(UTF_8));
        if (accepted) {
            assertThat(step).isInstanceOf(Verify.class);
        } else {
            assertThat(step).isEqualTo(new Failure(Reason.REFUSED));
        }
    }

    /** RFC 5929 §4.1; the expected hashes were computed with openssl. */
    @Test
    void hashesWithTheAlgorithmOfTheSignature() throws Exception {
        Map<String, String> hashes = Map.of(
                "rsa-sha256", "d03bd59bc7f960f4d17fd014e80646eee2190e5d862940d0b2a76ddbbaac2385",
                "rsa-sha1", "ec9fa288ab578ded887fec96ad4d05d7103cfc86f1f65d28ac6e0a5e839c2b12",
                "ec-sha384",
                        "0b269bc4162c99c93947876e0ae536e63b234e544f31a65cde816f89abad6dad535add2c60c7912d2989a584caa4a1d4");
        for (Map.Entry<String, String> each : hashes.entrySet()) {
            ChannelBinding binding = ChannelBinding.of(certificate(each.getKey()));
            String hash = binding == null ? "none" : HexFormat.of().formatHex(binding.bytes());
            assertThat(hash).as(each.getKey()).isEqualTo(each.getValue());
        }
        assertThat(ChannelBinding.of(certificate("ed25519"))).isNull();
    }

    private static X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
        try (InputStream pem = ScramTest.class.getResourceAsStream("/sasl/" + name + ".pem")) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    @Test
    void reportsAnUnavailableVerifierAsUnavailable() {
        SaslExchange exchange = scram();
        exchange.begin(("n,,n=user,r=" + NONCE).getBytes(UTF_8));
        assertThat(exchange.verified(ClaimResult.UNAVAILABLE)).isEqualTo(new Failure(Reason.UNAVAILABLE));
    }

    @Test
    void throwsOnCallsInTheWrongOrder() {
        SaslExchange exchange = scram();
        assertThatThrownBy(() -> exchange.verified(ClaimResult.YES)).isInstanceOf(IllegalStateException.class);
        exchange.begin("".getBytes(UTF_8));
        assertThatThrownBy(() -> respond(exchange, "")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void usesADifferentNonceEachTime() {
        var setting = new SaslContext("mail.example", new SecureRandom(), null);
        assertThat(setting.nonce()).matches("[A-Za-z0-9+/]{24}").isNotEqualTo(setting.nonce());
        assertThat(setting.challenge()).matches("<[\\w-]{24}@mail\\.example>").isNotEqualTo(setting.challenge());
    }
}
