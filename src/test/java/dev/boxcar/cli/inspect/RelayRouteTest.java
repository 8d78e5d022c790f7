// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.Boxcar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RelayRouteTest {
    @TempDir
    Path directory;

    private Path file;
    private Path secret;

    @BeforeEach
    void write() throws Exception {
        secret = Files.writeString(directory.resolve("main.auth"), "ann:s3cret-word\n");
        file = Files.writeString(
                directory.resolve("relay.conf"),
                "smarthosts.main = { hosts = [ { host = \"smtp.example.com\" } ], auth-file = \"" + secret + "\" }\n"
                        + "routes = [\n"
                        + "  { to = \"*@lan.example\", via = \"lmtp:/run/lmtp\" }\n"
                        + "  { from = \"*@x.example\", via = main }\n"
                        + "  { to = \"*@away.example\", via = \"error:5.7.1 no mail there\" }\n"
                        + "  { to = \"*@drop.example\", via = discard }\n"
                        + "]\n");
    }

    @Test
    void theRuleItsPlaceHostTlsAndUserAreSaidButNotThePassword() {
        Boxcar.Outcome outcome = route("b@y.example", "--from", "a@x.example");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("no match     " + file + ":3: routes[0]: to *@lan.example")
                .contains("rule         " + file + ":4: routes[1]: from *@x.example")
                .contains("next hop     main")
                .contains("host         smtp.example.com:587")
                .contains("TLS          verified: always, with a trusted certificate")
                .contains("credentials  user ann, from " + secret)
                .doesNotContain("s3cret-word");
    }

    @Test
    void anLmtpSocketIsANextHop() {
        Boxcar.Outcome outcome = route("b@lan.example");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("routes[0]")
                .contains("protocol     LMTP")
                .contains("host         /run/lmtp");
    }

    @Test
    void mailThatIsRefusedOrDiscardedIsSaidToBe() {
        Boxcar.Outcome refused = route("b@away.example");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.out()).contains("result       returned to the sender: 5.7.1 no mail there");

        Boxcar.Outcome discarded = route("b@drop.example");
        assertThat(discarded.status()).isZero();
        assertThat(discarded.out()).contains("result       discarded");
    }

    @Test
    void withoutARuleMailGoesByMxAndAnAddressLiteralNeedsNoNameServer() {
        Boxcar.Outcome outcome = route("b@[192.0.2.7]", "--mx-port", "2500");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("rule         the default: for all mail")
                .contains("host         192.0.2.7:2500")
                .contains("TLS          opportunistic");
    }

    @Test
    void theRelayItselfIsNoNextHop() {
        Boxcar.Outcome outcome = route("b@[127.0.0.1]", "--smtp", "127.0.0.1:2501", "--mx-port", "2501");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).contains("5.4.6");
    }

    @Test
    void theOptionSmarthostIsNamedAsTheRule() {
        Boxcar.Outcome outcome =
                Boxcar.run(Map.of("BOXCAR_SMARTHOST", "smtp.example.net:465"), "relay", "route", "b@y.example");

        assertThat(outcome.out())
                .contains("rule         --smarthost: for all mail")
                .contains("smtp.example.net:465");
    }

    private Boxcar.Outcome route(String... more) {
        var arguments = new ArrayList<>(List.of("relay", "route", "--config", file.toString()));
        arguments.addAll(List.of(more));
        return Boxcar.run(Map.of(), arguments.toArray(String[]::new));
    }
}
