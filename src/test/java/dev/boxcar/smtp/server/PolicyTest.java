// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The session follows the policy's decisions, immediate or late, and keeps the order of replies. */
class PolicyTest {
    private static final String HELLO = "EHLO client.example\r\n";
    private static final String MAIL = "MAIL FROM:<a@example.com>\r\n";
    private static final String RCPT = "RCPT TO:<b@example.com>\r\n";
    private static final String WHOLE = HELLO + MAIL + RCPT + "DATA\r\n";
    private static final Reply NO = Reply.of(550, "5.7.1", "Not here");

    private final RecordingSink sink = new RecordingSink();
    private final Held policy = new Held();

    /** Holds the questions of some stages and accepts the others at once. */
    private static final class Held implements Policy {
        final Map<String, Deque<Decision>> asked = new HashMap<>();
        String holding = "";
        Reply answerAtOnce = NO;
        String refusing = "";

        private void ask(String stage, Decision decision) {
            if (stage.equals(refusing)) {
                decision.answer(answerAtOnce);
            } else if (stage.equals(holding)) {
                asked.computeIfAbsent(stage, any -> new ArrayDeque<>()).add(decision);
            } else {
                decision.accept();
            }
        }

        int waiting(String stage) {
            return asked.getOrDefault(stage, new ArrayDeque<>()).size();
        }

        Decision next(String stage) {
            return asked.getOrDefault(stage, new ArrayDeque<>()).remove();
        }

        @Override
        public void connect(ClientInfo client, Decision decision) {
            ask("connect", decision);
        }

        @Override
        public void hello(ClientInfo client, Decision decision) {
            assertThat(client.hello()).isEqualTo("client.example");
            ask("hello", decision);
        }

        @Override
        public void sender(ClientInfo client, ReversePath path, Decision decision) {
            assertThat(path).hasToString("<a@example.com>");
            ask("sender", decision);
        }

        @Override
        public void recipient(ClientInfo client, ForwardPath path, Decision decision) {
            ask("recipient", decision);
        }

        @Override
        public void data(ClientInfo client, int recipients, Decision decision) {
            ask("data", decision);
        }

        @Override
        public void message(ClientInfo client, Envelope envelope, long bytes, Decision decision) {
            ask("message", decision);
        }

        @Override
        public void verify(ClientInfo client, String what, Decision decision) {
            ask("verify", decision);
        }
    }

    private Conversation begin() throws IOException {
        return new Conversation(Ports.of(sink).withPolicy(policy), Limits.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "hello,     1, 'EHLO client.example'",
        "sender,    2, 'EHLO client.example|MAIL FROM:<a@example.com>'",
        "recipient, 3, 'EHLO client.example|MAIL FROM:<a@example.com>|RCPT TO:<b@example.com>'",
        "data,      4, 'EHLO client.example|MAIL FROM:<a@example.com>|RCPT TO:<b@example.com>|DATA'",
        "message,   5, 'EHLO client.example|MAIL FROM:<a@example.com>|RCPT TO:<b@example.com>|DATA|text|.'",
        "verify,    1, 'VRFY b'"
    })
    void aRefusalBecomesTheReply(String stage, int place, String lines) throws IOException {
        policy.refusing = stage;
        try (var conversation = begin()) {
            for (String line : lines.split("\\|", -1)) {
                conversation.send(line + "\r\n");
            }
            int before = stage.equals("hello") || stage.equals("verify") ? 0 : service(conversation) - 1;
            conversation.awaitLines(place + before + 1);
            List<String> replies = replies(conversation);
            assertThat(replies.get(replies.size() - 1)).isEqualTo("550 5.7.1 Not here");
            assertThat(sink.stored()).isEmpty();
            assertThat(sink.underWay()).isZero();
        }
    }

    /** The number of lines of the EHLO reply. */
    private static int service(Conversation conversation) {
        return conversation
                .service
                .capabilities()
                .hello(new ClientState("x", 1))
                .lines()
                .size();
    }

    private static List<String> replies(Conversation conversation) {
        return conversation.lines().stream()
                .filter(line -> line.charAt(3) == ' ')
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "connect,   ''",
        "hello,     'EHLO client.example'",
        "sender,    'EHLO client.example|MAIL FROM:<a@example.com>'",
        "data,      'EHLO client.example|MAIL FROM:<a@example.com>|RCPT TO:<b@example.com>|DATA'",
        "verify,    'VRFY b'"
    })
    void executesNothingBeforeALateDecision(String stage, String lines) throws Exception {
        policy.holding = stage;
        try (var conversation = begin()) {
            conversation.send(lines.replace("|", "\r\n") + (lines.isEmpty() ? "" : "\r\n"));
            conversation.await("the question", () -> policy.waiting(stage) == 1);
            int replies = conversation.lines().size();
            String next = stage.equals("data") ? "text\r\n.\r\n" : "NOOP\r\n";
            conversation.send(next);
            assertThat(conversation.lines()).as("no reply yet").hasSize(replies);
            Decision decision = policy.next(stage);
            var other = new Thread(decision::accept);
            other.start();
            other.join();
            String last = stage.equals("data") ? "250 2.0.0 Message queued as M1" : "250 2.0.0 NOOP OK";
            conversation.await(
                    last,
                    () -> !replies(conversation).isEmpty()
                            && conversation.lines().contains(last));
            assertThat(conversation.lines().indexOf(last)).isGreaterThan(replies);
        }
    }

    @Test
    void aClientRefusedAtConnectMayOnlyQuit() throws IOException {
        policy.refusing = "connect";
        policy.answerAtOnce = Reply.of(554, "5.7.1", "Not for you");
        try (var conversation = begin()) {
            conversation.send(HELLO + MAIL + "NOOP\r\nRSET\r\nQUIT\r\n");
            conversation.awaitEnd();
            assertThat(conversation.lines())
                    .containsExactly(
                            "554 5.7.1 Not for you",
                            "503 5.5.1 No service for this connection, send QUIT",
                            "503 5.5.1 No service for this connection, send QUIT",
                            "503 5.5.1 No service for this connection, send QUIT",
                            "503 5.5.1 No service for this connection, send QUIT",
                            "221 2.0.0 mx.example closing connection");
        }
    }

    @Test
    void aDecisionOf421EndsTheSession() throws IOException {
        policy.refusing = "sender";
        policy.answerAtOnce = Reply.of(421, "4.7.0", "Enough");
        try (var conversation = begin()) {
            conversation.send(HELLO + MAIL + "NOOP\r\n");
            conversation.awaitEnd();
            assertThat(replies(conversation)).endsWith("421 4.7.0 Enough");
        }
    }

    @Test
    void aRefusedEhloKeepsTheState() throws IOException {
        try (var conversation = begin()) {
            policy.refusing = "hello";
            conversation.send(HELLO + MAIL);
            conversation.await("503", () -> conversation.received().contains("503 5.5.1 Send EHLO first"));
            policy.refusing = "";
            conversation.send(HELLO + MAIL);
            conversation.await("250", () -> conversation.received().contains("250 2.1.0"));
        }
    }

    @Test
    void decidesRecipientsConcurrentlyAndKeepsTheirOrder() throws IOException {
        policy.holding = "recipient";
        try (var conversation = begin()) {
            conversation.send(HELLO + MAIL
                    + IntStream.range(0, 5)
                            .mapToObj(i -> "RCPT TO:<r" + i + "@example.com>\r\n")
                            .reduce("", String::concat)
                    + "DATA\r\n");
            conversation.await("all five", () -> policy.waiting("recipient") == 5);
            int replies = replies(conversation).size();
            List<Decision> decisions = List.copyOf(policy.asked.getOrDefault("recipient", new ArrayDeque<>()));
            decisions.get(4).accept();
            decisions.get(2).answer(NO);
            decisions.get(1).answer(Reply.of(250, "2.1.5", "Known"));
            decisions.get(3).accept();
            conversation.turn();
            assertThat(replies(conversation)).as("the first is not decided yet").hasSize(replies);
            decisions.get(0).accept();
            conversation.await("354", () -> conversation.received().contains("354 "));
            assertThat(replies(conversation).subList(replies, replies + 6))
                    .containsExactly(
                            "250 2.1.5 Recipient OK",
                            "250 2.1.5 Known",
                            "550 5.7.1 Not here",
                            "250 2.1.5 Recipient OK",
                            "250 2.1.5 Recipient OK",
                            "354 Start mail input; end with <CRLF>.<CRLF>");
            conversation.send("text\r\n.\r\n");
            conversation.await("250", () -> !sink.stored().isEmpty());
            assertThat(sink.stored().get(0).envelope().forwardPaths())
                    .extracting(ForwardPath::toString)
                    .containsExactly("<r0@example.com>", "<r1@example.com>", "<r3@example.com>", "<r4@example.com>");
        }
    }

    @Test
    void asksAboutAtMost32RecipientsAtATime() throws IOException {
        policy.holding = "recipient";
        try (var conversation = begin()) {
            conversation.send(HELLO + MAIL + RCPT.repeat(100) + "RSET\r\n");
            assertThat(policy.waiting("recipient")).isEqualTo(32);
            for (int i = 0; i < 100; i++) {
                conversation.await("a question", () -> policy.waiting("recipient") > 0);
                assertThat(policy.waiting("recipient")).isLessThanOrEqualTo(32);
                policy.next("recipient").accept();
                conversation.turn();
            }
            conversation.await("RSET", () -> conversation.received().contains("Reset OK"));
            assertThat(conversation.received().split("Recipient OK", -1)).hasSize(101);
        }
    }

    @Test
    void undecidedRecipientsCountTowardsTheLimit() throws IOException {
        policy.holding = "recipient";
        try (var conversation =
                new Conversation(Ports.of(sink).withPolicy(policy), Limits.DEFAULTS.withRecipients(3))) {
            conversation.send(HELLO + MAIL + RCPT.repeat(5));
            assertThat(policy.waiting("recipient")).isEqualTo(3);
            for (int i = 0; i < 3; i++) {
                policy.next("recipient").accept();
            }
            conversation.await("452", () -> conversation.received().split("452 4.5.3", -1).length == 3);
        }
    }

    @Test
    void theSessionContinuesWhileAMessageIsDecided() throws IOException {
        policy.holding = "message";
        try (var conversation = begin()) {
            conversation.send(WHOLE);
            conversation.await("354", () -> conversation.received().contains("354 "));
            conversation.send("one\r\n.\r\n" + MAIL + RCPT + "DATA\r\n");
            assertThat(policy.waiting("message")).isEqualTo(1);
            assertThat(sink.stored()).as("stored before the policy has decided").isEmpty();
            assertThat(sink.underWay()).as("the second DATA was executed").isEqualTo(2);
            policy.next("message").answer(NO);
            conversation.await("354 again", () -> conversation.received().split("354 ", -1).length == 3);
            conversation.send("two\r\n.\r\n");
            policy.next("message").accept();
            conversation.await("250", () -> conversation.received().contains("queued as M2"));
            assertThat(conversation.received()).contains("550 5.7.1 Not here").doesNotContain("queued as M1");
            assertThat(sink.stored()).hasSize(1);
        }
    }

    @Test
    void replies451IfThereIsNoDecisionWithin30Seconds() throws IOException {
        policy.holding = "sender";
        try (var conversation = begin()) {
            conversation.send(HELLO + MAIL);
            conversation.advance(Duration.ofSeconds(29));
            assertThat(conversation.received()).doesNotContain("451");
            conversation.advance(Duration.ofSeconds(2));
            conversation.await("451", () -> conversation.received().contains("451 4.7.0"));
            policy.next("sender").accept(); // too late
            conversation.send(RCPT);
            conversation.await("503", () -> conversation.received().contains("503 5.5.1 Send MAIL first"));
        }
    }

    @Test
    void replies421IfThereIsNoDecisionOnAConnectionWithin30Seconds() throws IOException {
        policy.holding = "connect";
        try (var conversation = begin()) {
            conversation.advance(Duration.ofSeconds(31));
            conversation.awaitEnd();
            assertThat(conversation.lines()).containsExactly("421 4.7.0 Policy check timed out, closing connection");
        }
    }

    @Test
    void theIdleTimeoutPausesWhileThePolicyDecides() throws IOException {
        var impatient = Limits.DEFAULTS
                .withIdleTimeout(Duration.ofSeconds(5))
                .withDataTimeout(Duration.ofSeconds(5))
                .withCommitTimeout(Duration.ofSeconds(5));
        policy.holding = "sender";
        try (var conversation = new Conversation(Ports.of(sink).withPolicy(policy), impatient)) {
            conversation.send(HELLO + MAIL);
            conversation.advance(Duration.ofSeconds(20));
            policy.next("sender").accept();
            conversation.await("250", () -> conversation.received().contains("250 2.1.0"));
            conversation.advance(Duration.ofSeconds(4));
            assertThat(conversation.received()).doesNotContain("421");
            conversation.advance(Duration.ofSeconds(2));
            conversation.await("421", () -> conversation.received().contains("421 4.4.2"));
        }
    }

    @Test
    void ignoresAnAnswerAfterTheSessionHasClosed() throws IOException {
        policy.holding = "message";
        try (var conversation = begin()) {
            conversation.send(WHOLE);
            conversation.send("one\r\n.\r\n");
            assertThat(policy.waiting("message")).isEqualTo(1);
            conversation.session.close();
            assertThat(sink.underWay()).as("messages in progress").isZero();
            policy.next("message").accept();
            conversation.turn();
            assertThat(sink.stored()).isEmpty();
        }
    }

    @Test
    void aHalfClosedClientStillGetsItsReplies() throws IOException {
        policy.holding = "recipient";
        try (var conversation = begin()) {
            conversation.send(HELLO + MAIL + RCPT + RCPT);
            conversation.end();
            policy.next("recipient").accept();
            policy.next("recipient").answer(NO);
            conversation.awaitEnd();
            assertThat(replies(conversation)).endsWith("250 2.1.5 Recipient OK", "550 5.7.1 Not here");
        }
    }

    @Test
    void doesNotExecuteWaitingCommandsAfterTheSessionHasEnded() throws IOException {
        policy.holding = "recipient";
        try (var errors = new LoggedErrors();
                var conversation = begin()) {
            conversation.send(WHOLE);
            conversation.session.drain();
            policy.next("recipient").accept();
            conversation.awaitEnd();
            assertThat(replies(conversation))
                    .endsWith("250 2.1.5 Recipient OK", "421 4.3.2 Server shutting down, try again later");
            errors.check();
        }
    }

    @Test
    void aPolicyThatThrowsEndsThatSessionWith421() throws IOException {
        var throwing = new Policy() {
            @Override
            public void sender(ClientInfo client, ReversePath path, Decision decision) {
                throw new IllegalStateException("a bug in the policy");
            }
        };
        try (var conversation = new Conversation(Ports.of(sink).withPolicy(throwing), Limits.DEFAULTS)) {
            conversation.send(HELLO + MAIL);
            conversation.awaitEnd();
            assertThat(conversation.received()).contains("421 4.3.0");
        }
    }

    @Test
    void onlyTheFirstAnswerCounts() throws IOException {
        policy.holding = "sender";
        try (var conversation = begin()) {
            conversation.send(HELLO + MAIL);
            Decision decision = policy.next("sender");
            decision.answer(NO);
            decision.accept();
            conversation.send(RCPT);
            conversation.await("503", () -> conversation.received().contains("503 5.5.1 Send MAIL first"));
            assertThat(conversation.received().split("550 5.7.1", -1)).hasSize(2);
        }
    }

    @Test
    void rejectsAnIntermediateReplyAsADecision() throws IOException {
        policy.holding = "data";
        try (var conversation = begin()) {
            conversation.send(WHOLE);
            Decision decision = policy.next("data");
            assertThatThrownBy(() -> decision.answer(Reply.of(354, "", "Go on")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
