// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.limit.EnvelopeBudget;
import dev.boxcar.smtp.server.limit.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every wait of a session has a timeout, and everything it keeps has a limit. */
class BoundsTest {
    private static final Limits LIMITS = Limits.DEFAULTS
            .withErrors(10)
            .withIdleTimeout(Duration.ofMinutes(3))
            .withDataTimeout(Duration.ofMinutes(2))
            .withCommitTimeout(Duration.ofMinutes(4));

    private static final String MESSAGE = "HELO c\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";

    private final RecordingSink sink = new RecordingSink();

    @Test
    void closesAnIdleConnectionWith421() throws IOException {
        try (var conversation = new Conversation(sink, LIMITS)) {
            conversation.advance(LIMITS.idleTimeout().minusSeconds(1));
            assertThat(conversation.lines()).hasSize(1);
            conversation.advance(Duration.ofSeconds(2));
            conversation.awaitEnd();
            assertThat(conversation.lines()).last().asString().startsWith("421 4.4.2 ");
        }
    }

    @Test
    void onlyACompleteCommandRestartsTheIdleTimeout() throws IOException {
        try (var conversation = new Conversation(sink, LIMITS)) {
            conversation.advance(LIMITS.idleTimeout().minusSeconds(1));
            conversation.send("NOOP\r\n");
            conversation.advance(LIMITS.idleTimeout().minusSeconds(1));
            assertThat(conversation.lines()).hasSize(2);
            conversation.send("NOO");
            conversation.advance(Duration.ofSeconds(2));
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(3).last().asString().startsWith("421 4.4.2 ");
        }
    }

    @Test
    void closesIfABodyStops() throws IOException {
        try (var conversation = new Conversation(sink, LIMITS)) {
            conversation.send(MESSAGE + "half a mess");
            conversation.advance(LIMITS.dataTimeout().minusSeconds(1));
            assertThat(conversation.lines()).hasSize(5);
            conversation.advance(Duration.ofSeconds(2));
            conversation.awaitEnd();
            assertThat(conversation.lines()).last().asString().startsWith("421 4.4.2 ");
            assertThat(sink.stored()).isEmpty();
            assertThat(sink.underWay()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATA\r\n", "BDAT 900005 LAST\r\n"})
    void stopsReadingABodyWhileTheSinkHasNoRoom(String begin) throws IOException {
        byte[] message = ("x".repeat(900_000) + "\r\n.\r\n").getBytes(US_ASCII);
        try (var conversation = new Conversation(sink, LIMITS)) {
            conversation.send("EHLO c\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n" + begin);
            sink.haveNoRoom();
            int taken = (int) conversation.sendUntilRefused(message);
            assertThat(taken).isLessThan(600_000);
            sink.haveRoom();
            conversation.send(Arrays.copyOfRange(message, taken, message.length));
            assertThat(conversation.lines()).last().asString().startsWith("250 2.0.0 Message queued");
        }
    }

    @Test
    void theIdleTimeoutPausesDuringACommitWhichHasItsOwnTimeout() throws IOException {
        sink.holdAnswers();
        try (var conversation = new Conversation(sink, LIMITS)) {
            conversation.send(MESSAGE + ".\r\nNOOP\r\n");
            conversation.advance(LIMITS.commitTimeout().minusSeconds(1));
            assertThat(conversation.lines()).hasSize(5);
            conversation.advance(Duration.ofSeconds(2));
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(6).last().asString().startsWith("421 4.3.0 ");
            sink.answerNext(); // too late, without effect
            conversation.turn();
        }
    }

    @Test
    void closesIfTheClientDoesNotReadItsLastReplies() throws IOException {
        try (var conversation = new Conversation(sink, LIMITS)) {
            conversation.sendUntilRefused("NOOP\r\n".repeat(100_000).getBytes(US_ASCII));
            conversation.session.drain();
            conversation.loop.poll(Duration.ZERO);
            conversation.advanceWithoutReading(LIMITS.idleTimeout().plusSeconds(1));
            assertThat(conversation.sessionClosed()).isTrue();
        }
    }

    @Test
    void stopsReadingFromAClientThatNeverReads() throws IOException {
        byte[] hellos = "EHLO client.example\r\n".repeat(200_000).getBytes(US_ASCII);
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            long sent = conversation.sendUntilRefused(hellos);
            assertThat(sent)
                    .as("bytes accepted before the server stopped reading")
                    .isLessThan(hellos.length);
            conversation.await(
                    "the answers to what was taken", () -> conversation.lines().size() >= sent / 21 * 7);
        }
    }

    @Test
    void inputAfterQuitDoesNotLoseReplies() throws IOException {
        byte[] bytes = ("EHLO client.example\r\n".repeat(400) + "QUIT\r\n").getBytes(US_ASCII);
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.sendUntilRefused(bytes);
            conversation.sendUntilRefused(
                    "NOOP\r\n".getBytes(US_ASCII)); // a reset would discard replies still in the kernel
            conversation.awaitEnd();
            int linesOfGreeting = conversation
                    .service
                    .capabilities()
                    .hello(new ClientState("x", 1))
                    .lines()
                    .size();
            assertThat(conversation.lines())
                    .hasSize(1 + 400 * linesOfGreeting + 1)
                    .last()
                    .asString()
                    .startsWith("221 ");
        }
    }

    @Test
    void limitsTheEnvelopesOfAllSessionsTogether() {
        var budget = new EnvelopeBudget(3000);
        assertThat(budget.take(2000)).isTrue();
        assertThat(budget.take(1001)).isFalse();
        assertThat(budget.take(1000)).isTrue();
        assertThat(budget.take(1)).isFalse();
        budget.giveBack(2000);
        assertThat(budget.bytesLeft()).isEqualTo(2000);
    }

    @Test
    void aTransactionReturnsTheMemoryOfItsEnvelope() throws IOException {
        String recipient = "RCPT TO:<" + "r".repeat(900) + "@example.com>\r\n";
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            long before = conversation.service.envelopes().bytesLeft();
            conversation.send("HELO c\r\nMAIL FROM:<>\r\n" + recipient.repeat(100));
            conversation.awaitLines(103);
            assertThat(conversation.service.envelopes().bytesLeft()).isLessThan(before - 50_000);
            conversation.send("RSET\r\n");
            assertThat(conversation.service.envelopes().bytesLeft()).isEqualTo(before);
        }
    }

    /** The memory allocated for an envelope counts, not the part in use; it includes the names in EHLO and MAIL. */
    @Test
    void countsLargeEnvelopesInFullAndSmallOnesNotAtAll() throws IOException {
        String recipient = "RCPT TO:<" + "r".repeat(900) + "@example.com>\r\n";
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            long before = conversation.service.envelopes().bytesLeft();
            conversation.send("HELO c\r\nMAIL FROM:<>\r\n" + recipient.repeat(2));
            conversation.awaitLines(5);
            assertThat(conversation.service.envelopes().bytesLeft()).isEqualTo(before);
            conversation.send(recipient);
            conversation.awaitLines(6);
            assertThat(conversation.service.envelopes().bytesLeft()).isEqualTo(before - 2048);
            conversation.send(recipient);
            conversation.awaitLines(7);
            assertThat(conversation.service.envelopes().bytesLeft()).isEqualTo(before - 2048);
            conversation.send("HELO " + "c".repeat(4000) + "\r\nMAIL FROM:<>\r\n");
            conversation.awaitLines(9);
            assertThat(conversation.service.envelopes().bytesLeft()).isBetween(before - 8192, before - 4096);
            conversation.send("RCPT TO:<b@example.com>\r\nDATA\r\n.\r\n");
            conversation.await("a message", () -> !sink.stored().isEmpty());
            assertThat(conversation.service.envelopes().bytesLeft()).isEqualTo(before);
        }
    }

    @Test
    void shutdownWaitsForABodyAndItsReply() throws IOException {
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(MESSAGE + "begun ");
            conversation.session.drain();
            conversation.turn();
            assertThat(conversation.lines()).hasSize(5);
            conversation.send("and ended\r\n.\r\nNOOP\r\n");
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(7);
            assertThat(conversation.lines().get(5)).startsWith("250 2.0.0 Message queued");
            assertThat(conversation.lines().get(6)).startsWith("421 4.3.2 ");
        }
    }

    @Test
    void shutdownWaitsForTheRepliesToStoredMessages() throws IOException {
        sink.holdAnswers();
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(MESSAGE + ".\r\n");
            conversation.session.drain();
            conversation.turn();
            assertThat(conversation.lines()).hasSize(5);
            sink.answerNext();
            conversation.awaitEnd();
            assertThat(conversation.lines().get(5)).startsWith("250 2.0.0 Message queued");
            assertThat(conversation.lines().get(6)).startsWith("421 4.3.2 ");
        }
    }
}
