// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.server.limit.Limits;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The reply to a message waits for the sink; the session does not. */
class WaitingRepliesTest {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    private static final String HELLO = "HELO client.example\r\n";

    private final RecordingSink sink = new RecordingSink().holdAnswers();

    @Test
    void executesTheNextGroupWhileAMessageWaits() throws IOException {
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + GROUP);
            conversation.awaitLines(5);
            conversation.send("one\r\n.\r\n" + GROUP);

            assertThat(sink.waiting()).isEqualTo(1);
            assertThat(sink.underWay()).as("the second DATA was carried out").isEqualTo(1);
            assertThat(conversation.lines())
                    .as("and nothing overtook the first 250")
                    .hasSize(5);

            sink.answerNext();
            conversation.awaitLines(9);
            assertThat(conversation.lines().get(5)).startsWith("250 2.0.0 Message queued as M1");
            assertThat(conversation.lines().get(8)).startsWith("354 ");
        }
    }

    @Test
    void laterRepliesLeaveTogetherWithTheOneTheyWaitFor() throws IOException {
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + GROUP);
            conversation.send("one\r\n.\r\n" + GROUP);
            sink.answerNext();
            conversation.turn(); // one turn, one write, all four
            assertThat(conversation.lines()).hasSize(9);
        }
    }

    @Test
    void severalMessagesOfASessionMayWaitAndAreAnsweredInOrder() throws IOException {
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + (GROUP + "text\r\n.\r\n").repeat(5) + "QUIT\r\n");
            conversation.await("five messages", () -> sink.waiting() == 5);
            for (int i = 1; i <= 5; i++) {
                sink.answerNext();
                conversation.awaitLines(5 + 4 * i - 3);
            }
            conversation.awaitEnd();
            assertThat(conversation.lines())
                    .filteredOn(line -> line.contains("queued"))
                    .extracting(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .containsExactly("M1", "M2", "M3", "M4", "M5");
            assertThat(conversation.lines().get(conversation.lines().size() - 1))
                    .startsWith("221 ");
        }
    }

    @Test
    void limitsTheNumberOfWaitingMessages() throws IOException {
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + (GROUP + "text\r\n.\r\n").repeat(200));
            assertThat(sink.waiting()).isEqualTo(32);
            for (int answered = 0; answered < 200; answered++) {
                conversation.await("a message to answer", () -> sink.waiting() > 0);
                assertThat(sink.waiting()).isLessThanOrEqualTo(32);
                sink.answerNext();
            }
            conversation.awaitLines(2 + 200 * 4);
            assertThat(conversation.lines()).hasSize(2 + 200 * 4);
        }
    }

    @Test
    void limitsTheBytesOfWaitingMessages() throws IOException {
        byte[] bytes =
                (HELLO + (GROUP + ("x".repeat(998) + "\r\n").repeat(400) + ".\r\n").repeat(4)).getBytes(US_ASCII);
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            int sent = (int) conversation.sendUntilRefused(bytes);
            assertThat(sink.waiting())
                    .as("1.2 MB wait; the fourth message waits in the socket")
                    .isEqualTo(3);
            for (int answered = 0; answered < 3; answered++) {
                sink.answerNext();
            }
            conversation.send(Arrays.copyOfRange(bytes, sent, bytes.length));
            sink.answerNext();
            conversation.awaitLines(2 + 4 * 4);
            assertThat(sink.stored())
                    .hasSize(4)
                    .allSatisfy(message -> assertThat(message.bytes()).hasSize(400_000));
        }
    }

    @Test
    void replies451ToALocalError() throws IOException {
        assertThat(lastReplyWhen(CommitOutcome.FAULT)).startsWith("451 4.3.0 ");
    }

    @Test
    void replies452IfThereIsNoRoom() throws IOException {
        assertThat(lastReplyWhen(CommitOutcome.NO_ROOM)).startsWith("452 4.3.1 ");
    }

    private String lastReplyWhen(CommitOutcome outcome) throws IOException {
        sink.answering(outcome);
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + GROUP + "text\r\n.\r\n");
            sink.answerNext();
            conversation.awaitLines(6);
            return conversation.lines().get(5);
        }
    }

    @Test
    void aSinkThatThrowsEndsTheSessionWith421AfterAllOutstandingReplies() throws IOException {
        sink.breakingAtCommit();
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + GROUP + "text\r\n.\r\nNOOP\r\n");
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(6);
            assertThat(conversation.lines().get(4)).startsWith("354 ");
            assertThat(conversation.lines().get(5)).startsWith("421 4.3.0 ");
        }
    }

    @Test
    void reportsAFullSinkAtMail() throws IOException {
        sink.admitting(Admission.NO_ROOM);
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + GROUP);
            conversation.awaitLines(5);
            assertThat(conversation.lines()).element(2).asString().startsWith("452 4.3.1 ");
            sink.admitting(Admission.ADMITTED);
            conversation.send(GROUP);
            conversation.awaitLines(8);
            assertThat(conversation.lines()).last().asString().startsWith("354 ");
        }
    }

    @Test
    void reportsASinkThatFilledUpSinceMailAtData() throws IOException {
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + "MAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\n");
            sink.admitting(Admission.NO_ROOM);
            conversation.send("DATA\r\n");
            conversation.awaitLines(5);
            assertThat(conversation.lines().get(4)).startsWith("452 4.3.1 ");
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void ignoresAnAnswerAfterTheSessionHasClosed() throws IOException {
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + GROUP + "text\r\n.\r\n");
            conversation.session.close();
            sink.answerNext();
            conversation.turn();
            assertThat(conversation.sessionClosed()).isTrue();
            assertThat(sink.stored()).hasSize(1);
        }
    }

    @Test
    void sendsWaitingRepliesAfterTheClientHasHalfClosed() throws IOException {
        try (var conversation = new Conversation(sink, Limits.DEFAULTS)) {
            conversation.send(HELLO + GROUP + "text\r\n.\r\nMAIL FROM:<>\r\n");
            conversation.end();
            assertThat(conversation.ended()).isFalse();
            sink.answerNext();
            conversation.awaitEnd();
            assertThat(conversation.lines()).last().isEqualTo("250 2.1.0 Sender OK");
            assertThat(conversation.lines()).hasSize(7);
        }
    }
}
