// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After QUIT the server closes at once if the client has seen every reply before, and otherwise waits for the client to
 * close, so that no reply is lost (RFC 5321 §4.1.1.10).
 */
class QuitTest {
    private static final String MAIL = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";

    private final RecordingSink sink = new RecordingSink();

    private Conversation greeted() throws IOException {
        return greeted(Ports.of(sink));
    }

    private static Conversation greeted(Ports ports) throws IOException {
        var conversation = new Conversation(ports, Limits.DEFAULTS);
        conversation.send("EHLO client.example\r\n");
        return conversation;
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUIT\r\n", "quit  \r\n"})
    void aQuitOnItsOwnClosesAtOnce(String quit) throws IOException {
        try (var conversation = greeted()) {
            conversation.send(quit);
            assertThat(conversation.sessionClosed()).isTrue();
            conversation.awaitEnd();
            assertThat(conversation.wasReset()).isFalse();
            assertThat(conversation.lines()).last().asString().startsWith("221 2.0.0 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOOP\r\nQUIT\r\n",
                "MAIL FROM:<a@example.com>\r\nQUIT\r\n",
                "QUIT\r\nNOOP\r\n",
                "QUIT\r\nN",
                "text\r\n.\r\nQUIT\r\n"
            })
    void aQuitInAGroupWaitsForTheClient(String group) throws IOException {
        try (var conversation = greeted()) {
            if (group.startsWith("text")) {
                conversation.send(MAIL);
            }
            conversation.send(group);
            conversation.awaitEnd();
            assertThat(conversation.sessionClosed()).isFalse();
            conversation.send("NOOP\r\n"); // would reset a connection that is closed already
            conversation.end();
            conversation.await("the close", conversation::sessionClosed);
            assertThat(conversation.wasReset()).isFalse();
            assertThat(conversation.lines()).last().asString().startsWith("221 2.0.0 ");
        }
    }

    @Test
    void aQuitInPiecesWaitsForTheClient() throws IOException {
        try (var conversation = greeted()) {
            conversation.send("QU");
            conversation.send("IT\r\n");
            conversation.awaitEnd();
            assertThat(conversation.sessionClosed()).isFalse();
        }
    }

    @Test
    void aQuitBeforeTheReplyToTheMessageWaitsForTheClient() throws IOException {
        sink.holdAnswers();
        try (var conversation = greeted()) {
            conversation.send(MAIL);
            conversation.send("text\r\n.\r\n");
            conversation.send("QUIT\r\n");
            sink.answerNext();
            conversation.awaitEnd();
            assertThat(conversation.sessionClosed()).isFalse();
            assertThat(conversation.lines()).last().asString().startsWith("221 2.0.0 ");
        }
    }

    @Test
    void aListenerThatWatchesTheEndSeesWhatComesAfterQuit() throws IOException {
        var input = new StringBuilder();
        var watching = new SessionListener() {
            @Override
            public void read(byte[] bytes, int from, int to, long nanos) {
                input.append(new String(bytes, from, to - from, US_ASCII));
            }

            @Override
            public boolean watchesEnd() {
                return true;
            }
        };
        var other = new SessionListener() {};
        SessionListener.Source first = (client, nanos) -> other;
        try (var conversation = greeted(Ports.of(sink).withListeners(first.and((client, nanos) -> watching)))) {
            conversation.send("QUIT\r\n");
            conversation.send("NOOP\r\n");
            conversation.end();
            conversation.await("the close", conversation::sessionClosed);
        }
        assertThat(input).hasToString("EHLO client.example\r\nQUIT\r\n"); // what comes after QUIT is not read
    }

    @Test
    void withinTlsTheServerWaitsForTheClientsCloseNotify() throws IOException {
        try (var conversation = new Conversation(Ports.of(sink), Limits.DEFAULTS, Extension.all(), "TLSv1.3")) {
            conversation.send("EHLO client.example\r\n");
            conversation.send("QUIT\r\n");
            conversation.awaitEnd();
            assertThat(conversation.closeNotifyReceived()).isTrue();
            assertThat(conversation.sessionClosed()).isFalse();
            conversation.end();
            conversation.await("the close", conversation::sessionClosed);
            assertThat(conversation.wasReset()).isFalse();
        }
    }
}
