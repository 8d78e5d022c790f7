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

    /** As cron's mail has, which comes from root. */
    @Test
    void aLocalNameOfTheSenderGetsTheOrigin() {
        assertThat(route("b@y.example", "--from", "root", "--origin", "x.example")
                        .out())
                .contains("sender       root@x.example")
                .contains("rule         " + file + ":4: routes[1]: from *@x.example");

        Boxcar.Outcome wrong = route("b@y.example", "--from", "a@b@c");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err()).isEqualTo("boxcar: --from: invalid address 'a@b@c' (example: ann@a.example)\n");
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

    @Test
    void theRuleForANetworkOrAUserIsFoundAndTheOthersSayWhyNot() throws Exception {
        Files.writeString(
                file,
                "routes = [\n"
                        + "  { user = shop, via = \"[192.0.2.1]:25\" }\n"
                        + "  { network = [10.0.0.0/8, local], via = \"[192.0.2.2]:25\" }\n"
                        + "]\n");

        assertThat(route("b@y.example", "--client", "10.1.1.1", "--user", "shop")
                        .out())
                .contains("client       10.1.1.1")
                .contains("user         shop")
                .contains("rule         " + file + ":2: routes[0]: user shop");
        assertThat(route("b@y.example", "--client", "10.1.1.1").out())
                .contains("user         none")
                .contains("no match     " + file + ":2: routes[0]: user shop; there is no user")
                .contains("rule         " + file + ":3: routes[1]: network 10.0.0.0/8 or local")
                .contains("host         192.0.2.2:25");
        assertThat(route("b@[192.0.2.9]", "--user", "ann").out())
                .contains("client       unknown")
                .contains("routes[0]: user shop; the user differs")
                .contains("routes[1]: network 10.0.0.0/8 or local; the client is in no such network")
                .contains("rule         the default: for all mail");
        assertThat(route("b@y.example", "--client", "local").out()).contains("rule         " + file + ":3: routes[1]");
    }

    @Test
    void aClientThatIsNoAddressIsAMistake() {
        Boxcar.Outcome outcome = route("b@y.example", "--client", "10.0.0.0/8");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("--client: '10.0.0.0/8' is neither an IP address nor local");
    }

    @Test
    void aLocalNameGoesWhereItsAliasSaysAlsoWithTheNameOfTheMachine() throws Exception {
        Path aliases = Files.writeString(directory.resolve("aliases"), "root: b@lan.example\n");
        for (String address : List.of("root", "root@relay.example", "root@machine.example")) {
            Boxcar.Outcome outcome = Boxcar.run(
                    Map.of("HOSTNAME", "machine.example"),
                    "relay",
                    "route",
                    address,
                    "--config=" + file,
                    "--hostname=relay.example",
                    "--aliases=" + aliases);

            assertThat(outcome.out())
                    .as(address)
                    .contains("becomes      b@lan.example, by aliases or maps")
                    .contains("routes[0]");
        }
        assertThat(route("ro ot").err()).contains("ADDRESS: invalid address 'ro ot@");
    }

    private Boxcar.Outcome route(String... more) {
        var arguments = new ArrayList<>(List.of("relay", "route", "--config", file.toString()));
        arguments.addAll(List.of(more));
        return Boxcar.run(Map.of(), arguments.toArray(String[]::new));
    }
}
