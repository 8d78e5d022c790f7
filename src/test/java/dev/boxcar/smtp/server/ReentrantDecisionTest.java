// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A policy or listener that one session calls answers another session of the same loop. The other session then
 * continues while the command of the first is still being executed.
 */
@Timeout(60)
class ReentrantDecisionTest {
    private static final String HELD = "<held@example.com>";

    private final RecordingSink sink = new RecordingSink();
    private final CountDownLatch asked = new CountDownLatch(1);
    private @Nullable Decision held;
    /** The held recipient is decided when the listener receives this command, before it is executed. */
    private volatile String answeringCommand = "";

    private @Nullable SmtpServer server;
    private @Nullable InetSocketAddress address;

    /** Holds the decision on one recipient until it is asked about another sender, recipient or message. */
    private final class Policing implements Policy {
        @Override
        public void sender(ClientInfo client, ReversePath path, Decision decision) {
            answer(decision);
        }

        @Override
        public void recipient(ClientInfo client, ForwardPath path, Decision decision) {
            if (path.toString().equals(HELD)) {
                held = decision;
                asked.countDown();
            } else {
                answer(decision);
            }
        }

        @Override
        public void data(ClientInfo client, int recipients, Decision decision) {
            answer(decision);
        }

        private void answer(Decision decision) {
            Decision first = held;
            held = null;
            if (first != null) {
                first.accept();
            }
            decision.accept();
        }
    }

    private final class Listening implements SessionListener {
        @Override
        public void command(Command command, long from, long to, long nanos) {
            Decision first = held;
            if (first != null && command.toString().equals(answeringCommand)) {
                held = null;
                first.accept();
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS),
                Ports.of(sink).withPolicy(new Policing()).withListeners((client, nanos) -> new Listening()));
        address = server.listen("127.0.0.1", 0).get(0);
    }

    @AfterEach
    void end() throws InterruptedException {
        if (server != null) {
            server.shutdown(Duration.ZERO);
        }
    }

    private SocketClient greeted() throws IOException {
        if (address == null) {
            throw new IllegalStateException("server not started");
        }
        return SocketClient.greeted(address);
    }

    /** The command that waits for the held recipient is of another kind than the one that triggers its answer. */
    @ParameterizedTest
    @ValueSource(strings = {"MAIL FROM:<b@example.com>", "RCPT TO:<c@example.com>", "DATA"})
    void eachSessionGetsTheReplyToItsOwnCommand(String answering) throws Exception {
        try (var first = greeted();
                var second = greeted()) {
            for (String before : new String[] {"MAIL FROM:<b@example.com>", "RCPT TO:<c@example.com>", "DATA"}) {
                if (before.equals(answering)) {
                    break;
                }
                assertThat(second.ask(before)).startsWith("250 ");
            }
            assertThat(first.ask("MAIL FROM:<a@example.com>")).startsWith("250 2.1.0 ");
            first.send("RCPT TO:" + HELD + "\r\nVRFY someone\r\n");
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            String expected =
                    answering.equals("DATA") ? "354 " : answering.startsWith("MAIL") ? "250 2.1.0 " : "250 2.1.5 ";
            assertThat(second.ask(answering)).startsWith(expected);
            assertThat(first.replies(2))
                    .satisfiesExactly(
                            recipient -> assertThat(recipient).startsWith("250 2.1.5 "),
                            verified -> assertThat(verified).startsWith("252 "));
        }
    }

    @Test
    void executesACommandWhateverTheListenerDoes() throws Exception {
        answeringCommand = "MAIL FROM:<b@example.com>";
        try (var first = greeted();
                var second = greeted()) {
            assertThat(first.ask("MAIL FROM:<a@example.com>")).startsWith("250 ");
            first.send("RCPT TO:" + HELD + "\r\nDATA\r\n");
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(second.ask(answeringCommand)).startsWith("250 2.1.0 ");
            assertThat(first.replies(2)).last().asString().startsWith("354 ");
        }
    }

    @Test
    void eachMessageHasItsOwnEnvelope() throws Exception {
        try (var first = greeted();
                var second = greeted()) {
            assertThat(first.ask("MAIL FROM:<a@example.com>")).startsWith("250 ");
            first.send("RCPT TO:" + HELD + "\r\nDATA\r\n");
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            second.send("MAIL FROM:<b@example.com>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n");
            assertThat(second.replies(3)).last().asString().startsWith("354 ");
            assertThat(first.replies(2)).last().asString().startsWith("354 ");
            assertThat(second.ask("two\r\n.")).startsWith("250 ");
            assertThat(first.ask("one\r\n.")).startsWith("250 ");
        }
        assertThat(sink.stored())
                .satisfiesExactly(
                        two -> assertThat(two.envelope().toString()).contains("<b@example.com>", "<c@example.com>"),
                        one -> assertThat(one.envelope().toString()).contains("<a@example.com>", HELD));
    }
}
