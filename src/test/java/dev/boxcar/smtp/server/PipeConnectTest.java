// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** A client that knows the server sends EHLO and its first group before the banner; the replies follow the banner. */
class PipeConnectTest {
    private final Queue<Decision> connects = new ArrayDeque<>();
    private final RecordingSink sink = new RecordingSink();

    private final Policy policy = new Policy() {
        @Override
        public void connect(ClientInfo client, Decision decision) {
            connects.add(decision);
        }
    };

    @Test
    void commandsSentBeforeTheBannerAreAnsweredAfterIt() throws IOException {
        try (var conversation = new Conversation(Ports.of(sink).withPolicy(policy), Limits.DEFAULTS)) {
            conversation.send("EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n");
            conversation.send("BDAT 4 LAST\r\ntextQU");
            assertThat(conversation.lines()).as("sent before the banner").isEmpty();
            connects.remove().accept();
            conversation.send("IT\r\n");
            conversation.awaitEnd();
            assertThat(conversation.lines().get(0)).startsWith("220 mx.example");
            assertThat(conversation.lines()).contains("250 PIPECONNECT");
            assertThat(conversation.lines())
                    .containsSubsequence(
                            "250-mx.example",
                            "250 2.1.0 Sender OK",
                            "250 2.1.5 Recipient OK",
                            "250 2.0.0 Message queued as M1",
                            "221 2.0.0 mx.example closing connection");
        }
    }
}
