// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import static dev.boxcar.lab.script.Match.noop;
import static dev.boxcar.lab.script.Match.rcpt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Script;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReplaceableFaultsTest {
    private static final Script NOTHING = Script.everySession();

    private final FaultLog log = new FaultLog();
    private final ReplaceableFaults faults = new ReplaceableFaults("live", NOTHING, 7, log);

    private LabServer start() throws IOException {
        return new LabServer(LineSettings.NONE, 1, null, LabServer.ANY_PORT, faults);
    }

    @Test
    void aNewScriptAppliesFromTheNextCommandOnAlsoInOpenSessionsAndIsStamped() throws IOException {
        try (LabServer server = start();
                RawClient client = server.greeted()) {
            assertThat(client.ask("NOOP")).startsWith("250");
            faults.replace(NOTHING.on(noop()).reply(450, "4.3.0", "Not now"));
            assertThat(client.ask("NOOP")).startsWith("450 4.3.0 Not now");
            faults.replace(NOTHING);
            assertThat(client.ask("NOOP")).startsWith("250");
            client.ask("QUIT");

            assertThat(log.of(server.ended(0).id()))
                    .containsExactly(new InjectedFault("live", 0, 2, "reply 450 4.3.0"));
        }
    }

    @Test
    void countsGoOnWhenTheScriptIsReplacedAndScriptsOfTheStoreComeFirst() throws IOException {
        try (LabServer server = start()) {
            server.run(NOTHING.on(rcpt().nth(2)).reply(550, "5.1.1", "No"));
            try (RawClient client = server.greeted()) {
                client.ask("MAIL FROM:<a@client.example>");
                assertThat(client.ask("RCPT TO:<u1@example.com>")).startsWith("250");
                faults.replace(NOTHING.on(rcpt()).reply(450, "4.3.0", "Not now"));
                assertThat(client.ask("RCPT TO:<u2@example.com>")).startsWith("550");
                assertThat(client.ask("RCPT TO:<u3@example.com>")).startsWith("450");
            }
        }
    }
}
