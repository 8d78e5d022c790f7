// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.submitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.unit.Glob;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitterTest {
    private static Submitter of(String lines) {
        byte[] text = (lines + "From: <a@b.example>\nTo: <c@d.example>\n").getBytes(UTF_8);
        return Submitter.of(Envelope.of(text, text.length));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.7:4711           | 192.0.2.0/24  | 198.51.100.0/24",
                "192.0.2.7                | 192.0.2.7     | 192.0.2.8",
                "[2001:db8::1]:25         | 2001:db8::/32 | 192.0.2.0/24",
                "[2001:db8::1%eth0]:25    | 2001:db8::1   | 2001:db8::2",
                "[::ffff:192.0.2.7]:25    | 192.0.2.0/24  | ::/0",
                "local                    | local         | 0.0.0.0/0",
                "unknown                  | all           | local",
                "unknown                  | all           | 0.0.0.0/0",
                "mail.example:25          | all           | 0.0.0.0/0"
            })
    void theClientOfAnEnvelopeIsInItsNetworkAndNoOther(String client, String network, String other) {
        Submitter submitter = of("Client: " + client + "\n");

        assertThat(submitter.isIn(Networks.of(List.of(network)))).isTrue();
        assertThat(submitter.isIn(Networks.of(List.of(other)))).isFalse();
        assertThat(submitter.user()).isNull();
    }

    @Test
    void theUserIsKnownAlsoIfTheAddressIsNot() {
        assertThat(of("Client: 192.0.2.7:1\nUser: shop\n").user()).isEqualTo("shop");
        assertThat(of("User: shop\n").user()).isEqualTo("shop");
    }

    @Test
    void anEnvelopeWithoutTheseLinesHasAnUnknownClient() {
        assertThat(of("")).isEqualTo(Submitter.UNKNOWN);
        assertThat(of("").addressText()).isEqualTo("unknown");
    }

    @Test
    void aStarIsAnyUserButNotMailWithoutOne() {
        SubmitterCondition anyUser = SubmitterCondition.ANY.withUser(new Glob("*"));

        assertThat(anyUser.allowsUser(Submitter.UNKNOWN.withUser("shop"))).isTrue();
        assertThat(anyUser.allowsUser(Submitter.UNKNOWN)).isFalse();
        assertThat(SubmitterCondition.ANY.allowsUser(Submitter.UNKNOWN)).isTrue();
        assertThat(SubmitterCondition.ANY.allowsAddress(Submitter.UNKNOWN)).isTrue();
    }

    @Test
    void aConditionNeedsANetworkThatIsOne() {
        assertThatThrownBy(() -> SubmitterCondition.ANY.withNetworks(List.of("10.0.0.0/33")))
                .hasMessage("'10.0.0.0/33' needs a number of bits from 0 to 32");
        assertThatThrownBy(() -> SubmitterCondition.ANY.withNetworks(List.of()))
                .hasMessage("expected at least one network");
    }
}
