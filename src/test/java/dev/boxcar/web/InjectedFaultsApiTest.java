// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.clients.SocketClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** The API says with each session what scripts did to it. */
class InjectedFaultsApiTest {
    private static final String SCRIPT = """
            {"rules": [
              {"on": {"verb": "RCPT", "nth": 2}, "do": {"reply": {"code": 550, "status": "5.1.1", "text": "No"}}},
              {"on": {"verb": "CONNECT"}, "do": {"delay": "1ms"}}]}""";

    @Test
    void aSessionShowsTheFaultsOfItsScript() throws Exception {
        try (SinkFixture lab = SinkFixture.lab()) {
            lab.call("POST", "/api/boxcar/v1/lab/scripts", SCRIPT);
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), lab.smtpPort());
            try (SocketClient client = SocketClient.greeted(address)) {
                client.ask("MAIL FROM:<a@client.example>");
                assertThat(client.ask("RCPT TO:<b@example.com>")).startsWith("250 ");
                assertThat(client.ask("RCPT TO:<c@example.com>")).isEqualTo("550 5.1.1 No");
                Object id = JsonTree.at(lab.json("/api/boxcar/v1/sessions"), "sessions.0.id");
                Object session = lab.json("/api/boxcar/v1/sessions/" + id);
                assertThat(JsonTree.at(session, "faults")).asString().contains("delay 1ms", "reply 550 5.1.1");
                assertThat(JsonTree.at(session, "faults.0.item")).hasToString("-1");
                assertThat(JsonTree.at(session, "faults.1.item")).hasToString("3");
                assertThat(JsonTree.at(session, "faults.1.rule")).hasToString("0");
            }
        }
    }

    @Test
    void aScriptForANamespaceAppliesFromTheRecipientOnThatSelectsIt() throws Exception {
        try (SinkFixture lab = SinkFixture.lab("domain")) {
            lab.call("POST", "/api/boxcar/v1/lab/scripts", """
                    {"namespace": "slow.example", "rules": [
                      {"on": {"verb": "LINE"}, "do": {"reply": {"code": 451, "text": "No"}}}]}""");
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), lab.smtpPort());
            try (SocketClient client = SocketClient.greeted(address)) {
                client.ask("MAIL FROM:<a@client.example>");
                assertThat(client.ask("RCPT TO:<b@example.com>")).startsWith("250 ");
                assertThat(client.ask("RCPT TO:<b@slow.example>")).isEqualTo("451 No");
                assertThat(client.ask("NOOP")).isEqualTo("451 No");
            }
        }
    }
}
