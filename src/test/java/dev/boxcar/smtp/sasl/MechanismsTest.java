// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import dev.boxcar.smtp.sasl.SaslStep.Success;
import dev.boxcar.smtp.sasl.SaslStep.Verify;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mechanisms of one or two messages. */
class MechanismsTest {
    private static final SaslStep MALFORMED = new Failure(Reason.MALFORMED);
    private static final SaslStep REFUSED = new Failure(Reason.REFUSED);

    private static SaslExchange begin(Mechanism mechanism) {
        return mechanism.begin(new SaslContext("mail.example", new SecureRandom(), null));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static SaslStep password(String user, String password, String actAs) {
        return new Verify(new Claim.Password(user, password, actAs));
    }

    @ParameterizedTest
    @CsvSource({"plain, PLAIN", "Cram-Md5, CRAM_MD5", "SCRAM-SHA-256-plus, SCRAM_SHA_256_PLUS", "LOGIN, LOGIN"})
    void findsAMechanismInAnyCase(String name, Mechanism mechanism) {
        assertThat(Mechanism.of(name)).isEqualTo(mechanism);
    }

    @Test
    void findsNoOtherMechanism() {
        assertThat(Mechanism.of("CRAM_MD5")).isNull();
        assertThat(Mechanism.of("")).isNull();
        assertThat(Mechanism.of("pla\u0131n")).isNull();
    }

    /** RFC 4616 §4. */
    @Test
    void acceptsTheExamplesOfPlain() {
        assertThat(begin(Mechanism.PLAIN).begin(bytes("\0tim\0tanstaaftanstaaf")))
                .isEqualTo(password("tim", "tanstaaftanstaaf", ""));
        SaslExchange later = begin(Mechanism.PLAIN);
        assertThat(later.begin(null)).isEqualTo(new Challenge(""));
        assertThat(later.respond(bytes("Ursel\0Kurt\0xipj3plmq"))).isEqualTo(password("Kurt", "xipj3plmq", "Ursel"));
        assertThat(later.verified(ClaimResult.YES)).isEqualTo(new Success("Kurt"));
    }

    @Test
    void ignoresAnAuthorizationIdentityEqualToTheUser() {
        assertThat(begin(Mechanism.PLAIN).begin(bytes("tim\0tim\0x"))).isEqualTo(password("tim", "x", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tim", "tim\0x", "\0\0x", "\0tim\0x\0", "\0\0\0"})
    void rejectsMalformedPlain(String message) {
        assertThat(begin(Mechanism.PLAIN).begin(bytes(message))).isEqualTo(MALFORMED);
    }

    @Test
    void preparesTheUserAndPasswordOfPlain() {
        assertThat(begin(Mechanism.PLAIN).begin("\0t\u00EFm\0x".getBytes(ISO_8859_1)))
                .isEqualTo(MALFORMED);
        assertThat(begin(Mechanism.PLAIN).begin(bytes("\0t\u00ADim\0e\u0301")))
                .isEqualTo(password("tim", "\u00E9", ""));
        assertThat(begin(Mechanism.PLAIN).begin(bytes("\0t\u0007\0x"))).isEqualTo(REFUSED);
        assertThat(begin(Mechanism.PLAIN).begin(bytes("\0\u00AD\0x"))).isEqualTo(REFUSED);
    }

    @Test
    void loginPromptsForUserAndPassword() {
        SaslExchange login = begin(Mechanism.LOGIN);
        assertThat(login.begin(null)).isEqualTo(new Challenge("Username:"));
        assertThat(login.respond(bytes("tim"))).isEqualTo(new Challenge("Password:"));
        assertThat(login.respond(bytes("x"))).isEqualTo(password("tim", "x", ""));
        assertThat(login.verified(ClaimResult.NO)).isEqualTo(REFUSED);
    }

    @Test
    void loginAcceptsTheUserAsInitialResponse() {
        SaslExchange login = begin(Mechanism.LOGIN);
        assertThat(login.begin(bytes("tim"))).isEqualTo(new Challenge("Password:"));
        assertThat(login.respond(bytes(""))).isEqualTo(password("tim", "", ""));
        assertThat(begin(Mechanism.LOGIN).begin(bytes(""))).isEqualTo(MALFORMED);
    }

    /** RFC 2195 §2. */
    @Test
    void acceptsTheExampleOfCramMd5() {
        String challenge = "<1896.697170952@postoffice.reston.mci.net>";
        var exchange = new CramMd5Exchange(challenge);
        assertThat(exchange.begin(null)).isEqualTo(new Challenge(challenge));
        SaslStep step = exchange.respond(bytes("tim b913a602c7eda7a495b4e6e7334d3890"));
        var claim = new Claim.Digest("tim", challenge, "b913a602c7eda7a495b4e6e7334d3890");
        assertThat(step).isEqualTo(new Verify(claim));
        assertThat(claim.isProvedBy("tanstaaftanstaaf")).isTrue();
        assertThat(claim.isProvedBy("tanstaaf")).isFalse();
        assertThat(claim.isProvedBy("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tim",
                " b913a602c7eda7a495b4e6e7334d3890",
                "b913a602c7eda7a495b4e6e7334d3890",
                "tim b913a602c7eda7a495b4e6e7334d389",
                "tim b913a602c7eda7a495b4e6e7334d389g"
            })
    void rejectsMalformedCramMd5(String response) {
        SaslExchange exchange = begin(Mechanism.CRAM_MD5);
        exchange.begin(null);
        assertThat(exchange.respond(bytes(response))).isEqualTo(MALFORMED);
    }

    @Test
    void cramMd5RejectsAnInitialResponse() {
        assertThat(begin(Mechanism.CRAM_MD5).begin(bytes(""))).isEqualTo(MALFORMED);
    }

    @Test
    void cramMd5AcceptsAUserWithSpaces() {
        SaslExchange exchange = begin(Mechanism.CRAM_MD5);
        exchange.begin(null);
        SaslStep step = exchange.respond(bytes("tiny tim B913A602C7EDA7A495B4E6E7334D3890"));
        assertThat(step).isInstanceOf(Verify.class);
        assertThat(((Verify) step).claim().user()).isEqualTo("tiny tim");
    }

    /** RFC 7628 §4.1; the line end of the token is part of its base64. */
    @Test
    void acceptsTheExampleOfOauthBearer() {
        SaslExchange exchange = begin(Mechanism.OAUTHBEARER);
        assertThat(exchange.begin(bytes("n,a=user@example.com,\1host=server.example.com\1port=143\1"
                        + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1")))
                .isEqualTo(
                        new Verify(new Claim.Token("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")));
        assertThat(exchange.verified(ClaimResult.YES)).isEqualTo(new Success("user@example.com"));
    }

    @Test
    void acceptsATokenWithoutAUser() {
        assertThat(begin(Mechanism.OAUTHBEARER).begin(bytes("n,,\1auth=Bearer abc\1\1")))
                .isEqualTo(new Verify(new Claim.Token("", "abc")));
    }

    @Test
    void acceptsXoauth2() {
        SaslExchange exchange = begin(Mechanism.XOAUTH2);
        assertThat(exchange.begin(null)).isEqualTo(new Challenge(""));
        assertThat(exchange.respond(bytes("user=someuser@example.com\1auth=Bearer ya29.vF9dft4qmTc2\1\1")))
                .isEqualTo(new Verify(new Claim.Token("someuser@example.com", "ya29.vF9dft4qmTc2")));
    }

    @ParameterizedTest
    @CsvSource({
        "XOAUTH2, ''",
        "XOAUTH2, user=a^auth=Bearer b",
        "XOAUTH2, user=a^auth=Bearer b^",
        "XOAUTH2, user=a^auth=Basic b^^",
        "XOAUTH2, user=a^auth=Bearer ^^",
        "XOAUTH2, user=a^^",
        "XOAUTH2, auth=Bearer b^^",
        "XOAUTH2, 'n,a=a,^auth=Bearer b^^'",
        "OAUTHBEARER, user=a^auth=Bearer b^^",
        "OAUTHBEARER, 'n,a=a^auth=Bearer b^^'",
        "OAUTHBEARER, 'n,a=a,x^auth=Bearer b^^'",
        "OAUTHBEARER, 'p=tls-unique,a=a,^auth=Bearer b^^'",
        "OAUTHBEARER, 'n,a=a,^junk^auth=Bearer b^^'",
    })
    void rejectsMalformedTokens(Mechanism mechanism, String message) {
        assertThat(begin(mechanism).begin(bytes(message.replace('^', '\1')))).isEqualTo(MALFORMED);
    }

    /** RFC 7628 §3.2.3. */
    @ParameterizedTest
    @EnumSource(names = {"XOAUTH2", "OAUTHBEARER"})
    void sendsAChallengeBeforeFailingARefusedToken(Mechanism mechanism) {
        SaslExchange exchange = begin(mechanism);
        String head = mechanism == Mechanism.XOAUTH2 ? "user=a" : "n,a=a,";
        exchange.begin(bytes(head + "\1auth=Bearer b\1\1"));
        assertThat(exchange.verified(ClaimResult.NO)).isEqualTo(new Challenge("{\"status\":\"invalid_token\"}"));
        assertThat(exchange.respond(bytes("\1"))).isEqualTo(REFUSED);
    }

    @Test
    void reportsAnUnavailableCheckAsUnavailable() {
        SaslExchange exchange = begin(Mechanism.PLAIN);
        exchange.begin(bytes("\0tim\0x"));
        assertThat(exchange.verified(ClaimResult.UNAVAILABLE)).isEqualTo(new Failure(Reason.UNAVAILABLE));
        assertThatThrownBy(() -> exchange.verified(ClaimResult.YES)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsSecretsOutOfToString() {
        assertThat(new Verify(new Claim.Password("tim", "s3cret", "")).toString())
                .doesNotContain("s3cret");
        assertThat(new Claim.Digest("tim", "<c>", "s3cret").toString()).doesNotContain("s3cret");
        assertThat(new Claim.Token("tim", "s3cret").toString()).doesNotContain("s3cret");
        assertThat(new ClaimResult.Verifier(ScramVerifier.ofUnknownUser(bytes("x"), "tim", 4096)).toString())
                .doesNotContain("SCRAM-SHA-256");
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "dGlt, tim",
        "YSE=, a!",
        "dGltIQ==, tim!",
    })
    void decodesStrictBase64(String text, String meaning) {
        assertThat(decode(text)).isEqualTo(bytes(meaning));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"d", "dG", "dGl", "dGltIQ", "dGltIQ=", "dGltIR==", "dGlt=", "=", "dGl!", "dG l", " dGlt", "dGl-"
            })
    void rejectsBase64InAnyOtherForm(String text) {
        assertThat(decode(text)).isNull();
    }

    private static byte @Nullable [] decode(String text) {
        byte[] inside = bytes("x" + text + "x");
        return StrictBase64.decode(inside, 1, inside.length - 1);
    }
}
