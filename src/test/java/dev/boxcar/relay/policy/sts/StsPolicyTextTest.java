// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.route.StsPolicy.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8461 §3.2 and §4.1. */
class StsPolicyTextTest {
    private static final String REST = "mode: enforce\nmx: mx.there.example\nmax_age: 86400\n";

    @Test
    void linesEndInLfOrCrlfAndUnknownKeysAreIgnored() throws Exception {
        StsPolicy policy = StsPolicyText.parse("version: STSv1\r\nmode: testing\nmx:Mail.There.example \r\n"
                + "mx: *.backup.example\nlater: x\nmax_age: 604800\nmode: enforce\n");
        assertThat(policy)
                .isEqualTo(new StsPolicy(
                        Mode.TESTING, List.of("mail.there.example", "*.backup.example"), Duration.ofDays(7)));
    }

    @Test
    void aPolicyOfNoneNeedsNoServer() throws Exception {
        assertThat(StsPolicyText.parse("version: STSv1\nmode: none\nmax_age: 0").mode())
                .isEqualTo(Mode.NONE);
    }

    @Test
    void theAgeIsAtMostAYear() throws Exception {
        String text = "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 9999999999";
        assertThat(StsPolicyText.parse(text).maxAge()).isEqualTo(Duration.ofSeconds(31_557_600));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                REST,
                "version: STSv2\n" + REST,
                "version: STSv1\nmode: strict\nmx: a.example\nmax_age: 1",
                "version: STSv1\nmode: enforce\nmax_age: 1",
                "version: STSv1\nmode: enforce\nmx: a.example",
                "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -1",
                "version: STSv1\nmode: enforce\nmx: a b.example\nmax_age: 1",
                "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1",
                "<html>\nversion: STSv1\n" + REST
            })
    void anInvalidPolicyIsRefused(String text) {
        assertThatThrownBy(() -> StsPolicyText.parse(text)).isInstanceOf(IOException.class);
    }

    @Test
    void aPolicyMayNameAHundredServers() throws Exception {
        String text = "version: STSv1\nmode: enforce\nmax_age: 1\n" + "mx: a.example\n".repeat(100);
        assertThat(StsPolicyText.parse(text).patterns()).hasSize(100);
        assertThatThrownBy(() -> StsPolicyText.parse(text + "mx: a.example\n"))
                .hasMessage("the policy names more than 100 mail servers");
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        String text = "version: STSv1\nmode: enforce\nmx: " + "a.".repeat(30_000) + "example\nmax_age: 1";
        assertThatThrownBy(() -> StsPolicyText.parse(text)).hasMessage("the policy has an invalid mx");
    }

    @ParameterizedTest
    @CsvSource({
        "mx.example.com, mx.example.com, true",
        "mx.example.com, MX.example.com, true",
        "*.example.com, mx.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, a.mx.example.com, false",
        "*.example.com, mx.notexample.com, false",
        "example.com, mx.example.com, false"
    })
    void aPatternStandsForOneLabelAtMost(String pattern, String host, boolean isNamed) {
        var policy = new StsPolicy(Mode.ENFORCE, List.of(pattern), Duration.ZERO);
        assertThat(policy.names(host)).isEqualTo(isNamed);
    }
}
