// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramVerifierTest {
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    /** Computed with Python's hashlib and hmac for the password pencil, the salt of RFC 7677 §3 and 4096 iterations. */
    private static final String PENCIL =
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    private static final byte[] SECRET = "of this process".getBytes(UTF_8);

    @Test
    void hasTheTextFormOfOtherServers() {
        assertThat(ScramVerifier.of("pencil", SALT, 4096).text()).isEqualTo(PENCIL);
        assertThat(ScramVerifier.parse(PENCIL).text()).isEqualTo(PENCIL);
        assertThat(ScramVerifier.hasScheme(PENCIL)).isTrue();
        assertThat(ScramVerifier.hasScheme("PLAIN$x")).isFalse();
    }

    @Test
    void matchesOnlyItsPassword() {
        ScramVerifier verifier = ScramVerifier.parse(PENCIL);
        assertThat(verifier.matches("pencil")).isTrue();
        assertThat(verifier.matches("pencil ")).isFalse();
        assertThat(verifier.matches("")).isFalse();
        assertThat(verifier.matches("p\u00E4ncil")).isFalse();
    }

    @Test
    void encodesPasswordsInUtf8() {
        ScramVerifier verifier = ScramVerifier.of("p\u00E4nc\u00EFl\u20AC", SALT, 4096);
        var client = new ScramClient("n,,", new byte[0], "user", "p\u00E4nc\u00EFl\u20AC", "abc");
        assertThat(verifier.matches("p\u00E4nc\u00EFl\u20AC")).isTrue();
        assertThat(client.last("r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")).contains(",p=");
    }

    @Test
    void makesAStableVerifierForAnUnknownUserThatMatchesNoPassword() {
        ScramVerifier nobody = ScramVerifier.ofUnknownUser(SECRET, "ghost", 4096);
        assertThat(nobody.text())
                .isEqualTo(ScramVerifier.ofUnknownUser(SECRET, "ghost", 4096).text());
        assertThat(nobody.saltBase64())
                .hasSize(24)
                .isNotEqualTo(ScramVerifier.ofUnknownUser(SECRET, "other", 4096).saltBase64())
                .isNotEqualTo(ScramVerifier.ofUnknownUser("x".getBytes(UTF_8), "ghost", 4096)
                        .saltBase64());
        assertThat(nobody.iterations()).isEqualTo(4096);
        assertThat(nobody.matches("ghost")).isFalse();
        assertThat(ScramVerifier.parse(nobody.text()).text()).isEqualTo(nobody.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SCRAM-SHA-256$4096",
                "SCRAM-SHA-256$4095:c2FsdA==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$99999999:c2FsdA==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$4096:s$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$4096:c2FsdA==$AAAA:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$4096:c2FsdA==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:AAAA",
                "SCRAM-SHA-256$4096:c2FsdA==$secret~secret:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$4096:c2FsdA==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=:x",
                "SCRAM-SHA-1$4096:c2FsdA==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
            })
    void rejectsAnInvalidVerifierWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> ScramVerifier.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContainingAny("secret", "c2FsdA")
                .hasNoCause();
    }
}
