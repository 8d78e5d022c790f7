// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static dev.boxcar.lab.script.Match.end;
import static dev.boxcar.lab.script.Match.rcpt;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.Script;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server as tests use it, without the extension. */
@Timeout(60)
class SmtpLabServerTest {
    private final SmtpLabServer server = SmtpLabServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    // ---- messages

    @Test
    void takesMessagesInTheOrderOfTheirArrival() throws IOException {
        TestMail.send(server, "one");
        TestMail.send(server, "two");
        Message first = server.takeMessage(ofSeconds(20));
        assertThat(first.subject()).isEqualTo("one");
        assertThat(first.sender()).isEqualTo("author@example.org");
        assertThat(first.recipients()).containsExactly("reader@example.com");
        assertThat(first.envelope().recipients()).hasSize(1);
        assertThat(first.source()).isEqualTo("Subject: one\r\n\r\nHello.\r\n");
        assertThat(server.takeMessage(ofSeconds(20)).subject()).isEqualTo("two");
        server.assertNoMessage();
    }

    @Test
    void takesTheMessageThatMatchesAndLeavesTheOthers() throws IOException {
        TestMail.send(server, "one");
        TestMail.send(server, "two");
        Message taken =
                server.takeMessage(ofSeconds(20), message -> message.subject().equals("two"));
        assertThat(taken.subject()).isEqualTo("two");
        assertThat(server.messages()).extracting(Message::subject).containsExactly("one");
    }

    @Test
    void waitsForAMessageThatArrivesLater() throws Exception {
        var waiting = new CountDownLatch(1);
        var later = CompletableFuture.supplyAsync(() -> server.takeMessage(ofSeconds(30), message -> {
            waiting.countDown();
            return message.subject().equals("late");
        }));
        TestMail.send(server, "early");
        assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(later).isNotDone();
        TestMail.send(server, "late");
        assertThat(later.get(20, TimeUnit.SECONDS).subject()).isEqualTo("late");
    }

    @Test
    void aMessageIsThereBeforeItsClientIsTold() throws IOException {
        try (SocketClient client = TestMail.connect(server)) {
            TestMail.deliver(client, "Subject: now\r\n\r\n");
            assertThat(server.messages()).extracting(Message::subject).containsExactly("now");
        }
    }

    @Test
    void anIncompleteMessageIsNotThere() throws IOException {
        try (SocketClient client = TestMail.connect(server)) {
            client.send("MAIL FROM:<>\r\nRCPT TO:<reader@example.com>\r\nDATA\r\n");
            client.replies(3);
            client.send("Subject: half\r\n\r\n");
        }
        server.takeSession(ofSeconds(20));
        server.assertNoMessage();
    }

    @Test
    void theTimeoutOfAWaitShowsWhatTheSessionsDid() throws IOException {
        try (SocketClient client = TestMail.connect(server)) {
            client.ask("MAIL FROM:<author@example.org>");
            client.ask("RCPT TO:<not an address>");
        }
        server.takeSession(ofSeconds(20));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> server.takeMessage(ofMillis(20)))
                .withMessageContaining("no message arrived within 20 ms")
                .withMessageContaining("C: MAIL FROM:<author@example.org>")
                .withMessageContaining("S: 250 ")
                .withMessageContaining("C: RCPT TO:<not an address>")
                .withMessageContaining("S: 501 ");
    }

    @Test
    void theTimeoutOfAWaitCountsTheMessagesThatDidNotMatch() throws IOException {
        TestMail.send(server, "other");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> server.takeMessage(ofMillis(20), message -> false))
                .withMessageContaining("none of 1 message matched within 20 ms")
                .withMessageContaining("C: QUIT");
    }

    @Test
    void theTimeoutOfAWaitSaysThatNobodyConnected() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> server.takeMessage(ofMillis(1)))
                .withMessageContaining("no client connected to port " + server.port());
    }

    @Test
    void awaitsANumberOfMessagesAndTakesNone() throws IOException {
        TestMail.send(server, "one");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> server.awaitMessages(2, ofMillis(20)))
                .withMessageContaining("only 1 of 2 messages arrived within 20 ms");
        TestMail.send(server, "two");
        List<Message> messages = server.awaitMessages(2, ofSeconds(20));
        assertThat(messages).extracting(Message::subject).containsExactly("one", "two");
        assertThat(server.messages()).hasSize(2);
    }

    @Test
    void assertsThatThereIsNoMessage() throws IOException {
        server.assertNoMessage();
        server.assertNoMessage(ofMillis(20));
        TestMail.send(server, "unexpected");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(server::assertNoMessage)
                .withMessageContaining("expected no message")
                .withMessageContaining("author@example.org");
    }

    @Test
    void clearForgetsMessagesAndSessions() throws IOException {
        TestMail.send(server, "before");
        server.clear();
        server.assertNoMessage();
        assertThat(server.sessions()).isEmpty();
        TestMail.send(server, "after");
        assertThat(server.takeMessage(ofSeconds(20)).subject()).isEqualTo("after");
    }

    @Test
    void anInterruptEndsAWait() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> server.takeMessage(ofSeconds(20)))
                .withMessageContaining("interrupted while waiting for a message");
        assertThat(Thread.interrupted()).isTrue();
    }

    // ---- sessions

    @Test
    void takesASessionOnceItHasEnded() throws IOException {
        try (SocketClient client = TestMail.connect(server)) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> server.takeSession(ofMillis(20)))
                    .withMessageContaining("no session ended within 20 ms")
                    .withMessageContaining("still open");
            assertThat(server.sessions()).hasSize(1);
            TestMail.deliver(client, "Subject: x\r\n\r\n");
            client.ask("QUIT");
        }
        Session session = server.takeSession(ofSeconds(20));
        assertThat(session.isEnded()).isTrue();
        assertThat(session.isPipelined()).isTrue();
        assertThat(session.commands())
                .containsExactly(
                        "EHLO client.example",
                        "MAIL FROM:<author@example.org>",
                        "RCPT TO:<reader@example.com>",
                        "DATA",
                        "QUIT");
        assertThat(session.replyCodes()).containsExactly(220, 250, 250, 250, 354, 250, 221);
        assertThat(session.id()).isEqualTo(server.takeMessage(ofSeconds(20)).session());
    }

    @Test
    void aTranscriptShowsNoSecrets() throws IOException {
        try (SocketClient client = TestMail.connect(server)) {
            client.ask("AUTH PLAIN AHNvbWVvbmUAc2VjcmV0");
            client.ask("QUIT");
        }
        String transcript = server.takeSession(ofSeconds(20)).transcript();
        assertThat(transcript).contains("C: AUTH PLAIN (not shown)").doesNotContain("AHNvbWVvbmUAc2VjcmV0");
    }

    // ---- scripts

    private List<String> repliesToFiveRecipients() throws IOException {
        try (SocketClient client = TestMail.connect(server)) {
            client.send("MAIL FROM:<author@example.org>\r\n"
                    + IntStream.rangeClosed(1, 5)
                            .mapToObj(i -> "RCPT TO:<u" + i + "@example.com>\r\n")
                            .collect(joining())
                    + "DATA\r\n");
            List<String> replies = client.replies(7).subList(1, 6);
            client.send("Subject: x\r\n\r\n");
            client.ask(".");
            client.ask("QUIT");
            return replies.stream().map(reply -> reply.substring(0, 3)).toList();
        }
    }

    @Test
    void aScriptRefusesOneRecipientOfABatchInTheNextSessionOnly() throws IOException {
        ActiveScript script = server.enqueue(Script.session().on(rcpt().nth(3)).reply(550, "5.1.1", "no such user"));
        assertThat(repliesToFiveRecipients()).containsExactly("250", "250", "550", "250", "250");
        assertThat(repliesToFiveRecipients()).containsOnly("250");
        assertThat(server.takeMessage(ofSeconds(20)).recipients())
                .containsExactly("u1@example.com", "u2@example.com", "u4@example.com", "u5@example.com");
        assertThat(script.matched(0)).isEqualTo(1);
        Session session = server.takeSession(ofSeconds(20));
        assertThat(session.isPipelined()).isTrue();
        assertThat(session.faults()).hasSize(1);
        assertThat(session.transcript())
                .containsSubsequence("C: RCPT TO:<u3@example.com>", "# script s1, rule 1: reply 550", "S: 550 5.1.1");
        assertThat(server.takeSession(ofSeconds(20)).faults()).isEmpty();
    }

    @Test
    void scriptsServeTheSessionsInTheirOrder() throws IOException {
        server.enqueue(Script.session().on(rcpt()).reply(450, "4.2.0", "later"));
        server.enqueue(Script.session().on(rcpt().nth(1)).reply(550, "5.1.1", "no such user"));
        assertThat(repliesToFiveRecipients()).containsOnly("450");
        assertThat(repliesToFiveRecipients()).containsExactly("550", "250", "250", "250", "250");
    }

    @Test
    void clearForgetsScripts() throws IOException {
        server.enqueue(Script.everySession().on(rcpt()).reply(450, "4.2.0", "later"));
        server.clear();
        assertThat(repliesToFiveRecipients()).containsOnly("250");
    }

    @Test
    void aMessageIsThereAlsoIfItsReplyIsLost() throws IOException {
        server.enqueue(Script.session().on(end()).drop(Drop.Point.BEFORE_REPLY, Drop.How.FIN));
        try (SocketClient client = TestMail.connect(server)) {
            assertThatThrownBy(() -> TestMail.deliver(client, "Subject: lost reply\r\n\r\n"))
                    .isInstanceOf(IOException.class);
        }
        assertThat(server.takeMessage(ofSeconds(20)).subject()).isEqualTo("lost reply");
    }

    // ---- life cycle

    @Test
    void closeCutsOpenConnections() throws IOException {
        try (SocketClient client = TestMail.connect(server)) {
            server.close();
            assertThatThrownBy(() -> client.ask("NOOP")).isInstanceOf(IOException.class);
        }
        var address = new InetSocketAddress(server.host(), server.port());
        assertThatThrownBy(() -> new SocketClient(address)).isInstanceOf(ConnectException.class);
    }

    @Test
    void serversAreIndependent() throws IOException {
        try (SmtpLabServer other = SmtpLabServer.start()) {
            assertThat(other.port()).isNotEqualTo(server.port());
            TestMail.send(other, "other");
            server.assertNoMessage();
            assertThat(other.takeMessage(ofSeconds(20)).subject()).isEqualTo("other");
        }
    }
}
