// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.SessionFaults;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy is asked about a message at its first chunk. Whatever it decides and when, the chunk is never executed. */
class ChunkPolicyTest {
    private static final Reply NO = Reply.of(550, "5.7.1", "Not here");
    private static final String OPENED =
            "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n";

    private final RecordingSink sink = new RecordingSink();
    private final Queue<Decision> recipients = new ArrayDeque<>();
    private final Queue<Decision> messages = new ArrayDeque<>();
    private int asked;
    private boolean holdsRecipients;

    private final Policy policy = new Policy() {
        @Override
        public void recipient(ClientInfo client, ForwardPath path, Decision decision) {
            if (holdsRecipients) {
                recipients.add(decision);
            } else {
                decision.accept();
            }
        }

        @Override
        public void data(ClientInfo client, int count, Decision decision) {
            asked++;
            messages.add(decision);
        }
    };

    private Conversation begin() throws IOException {
        return new Conversation(Ports.of(sink).withPolicy(policy), Limits.DEFAULTS);
    }

    private static List<String> replies(Conversation conversation) {
        return conversation.lines().stream()
                .filter(line -> line.charAt(3) == ' ')
                .skip(4) // banner, EHLO, MAIL, RCPT
                .toList();
    }

    private static void awaitReplies(Conversation conversation, int number) throws IOException {
        conversation.await(number + " replies", () -> replies(conversation).size() >= number);
    }

    @Test
    void asksThePolicyOncePerMessage() throws IOException {
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 3\r\noneBDAT 3\r\ntwoBDAT 0 LAST\r\nNOOP\r\n");
            assertThat(replies(conversation)).isEmpty();
            messages.remove().accept();
            awaitReplies(conversation, 4);
            assertThat(replies(conversation))
                    .containsExactly(
                            "250 2.0.0 3 octets received",
                            "250 2.0.0 3 octets received",
                            "250 2.0.0 Message queued as M1",
                            "250 2.0.0 NOOP OK");
            assertThat(asked).isEqualTo(1);
            assertThat(new String(sink.stored().get(0).bytes(), UTF_8)).isEqualTo("onetwo");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void discardsTheRefusedChunkAndLaterOnes(boolean bytesComeLater) throws IOException {
        try (var conversation = begin()) {
            String bytes = "QUIT\r\nBDAT 3\r\noneBDAT 0 LAST\r\nNOOP\r\n";
            conversation.send(OPENED + "BDAT 6\r\n" + (bytesComeLater ? "" : bytes));
            messages.remove().answer(NO);
            conversation.turn();
            conversation.send(bytesComeLater ? bytes : "");
            awaitReplies(conversation, 4);
            assertThat(replies(conversation))
                    .containsExactly(
                            "550 5.7.1 Not here",
                            "503 5.5.1 Send MAIL first",
                            "503 5.5.1 Send MAIL first",
                            "250 2.0.0 NOOP OK");
            assertThat(sink.stored()).isEmpty();
            assertThat(sink.underWay()).isZero();
        }
    }

    /** RFC 3030 §2: the server reads and discards the chunk before it sends a failure. */
    @Test
    void sendsARefusalOnlyAfterTheChunk() throws IOException {
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 6 LAST\r\nQUI");
            messages.remove().answer(NO);
            conversation.turn();
            conversation.send("T\r");
            assertThat(replies(conversation)).isEmpty();
            conversation.send("\nNOOP\r\n");
            awaitReplies(conversation, 2);
            assertThat(replies(conversation)).containsExactly("550 5.7.1 Not here", "250 2.0.0 NOOP OK");
        }
    }

    @Test
    void a421FromThePolicyEndsTheSessionAtOnce() throws IOException {
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 6 LAST\r\nQUI");
            messages.remove().answer(Reply.of(421, "4.7.0", "Go"));
            conversation.awaitEnd();
            assertThat(replies(conversation)).containsExactly("421 4.7.0 Go");
        }
    }

    @Test
    void aChunkWaitsForTheDecisionsOnEarlierRecipients() throws IOException {
        holdsRecipients = true;
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 3 LAST\r\noneNOOP\r\n");
            assertThat(asked).isZero();
            recipients.remove().accept();
            conversation.await("the question", () -> asked == 1);
            messages.remove().accept();
            awaitReplies(conversation, 2);
            assertThat(replies(conversation)).containsExactly("250 2.0.0 Message queued as M1", "250 2.0.0 NOOP OK");
        }
    }

    @Test
    void refusesAChunkIfAllRecipientsWereRefused() throws IOException {
        holdsRecipients = true;
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
            recipients.remove().answer(NO);
            awaitReplies(conversation, 2);
            assertThat(replies(conversation)).containsExactly("554 5.5.1 No valid recipients", "250 2.0.0 NOOP OK");
            assertThat(asked).isZero();
        }
    }

    @Test
    void aClosedConnectionLeavesNoMessage() throws IOException {
        var conversation = begin();
        conversation.send(OPENED + "BDAT 3\r\none");
        conversation.close();
        messages.remove().accept();
        assertThat(sink.underWay()).isZero();
    }

    /** When a connection ends within a chunk, nothing waits for the missing bytes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anIncompleteChunkGetsNoReply(boolean isRefused) throws IOException {
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 100 LAST\r\nten octets");
            messages.remove().answer(isRefused ? NO : Reply.of(250, "2.0.0", "Yes"));
            conversation.turn();
            conversation.end();
            conversation.awaitEnd();
            assertThat(replies(conversation)).isEmpty();
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void sendsTheIdleTimeoutWithinAChunkInOrder() throws IOException {
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 100 LAST\r\nten octets");
            messages.remove().accept();
            conversation.advance(Limits.DEFAULTS.dataTimeout().plusSeconds(1));
            conversation.awaitEnd();
            assertThat(replies(conversation)).containsExactly("421 4.4.2 Idle timeout exceeded, closing connection");
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void shutdownSends421IfItAbortsAChunk() throws IOException {
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 100 LAST\r\nten octets");
            messages.remove().accept();
            conversation.session.drain();
            conversation.turn();
            assertThat(replies(conversation)).as("a message that has started").isEmpty();
            conversation.session.dismiss();
            conversation.awaitEnd();
            assertThat(replies(conversation)).containsExactly("421 4.3.2 Server shutting down, try again later");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shutdownBeforeTheDecisionSends421AtOnce(boolean isRefused) throws IOException {
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 3 LAST\r\none");
            conversation.session.drain();
            messages.remove().answer(isRefused ? NO : Reply.of(250, "2.0.0", "Yes")); // too late, without effect
            conversation.awaitEnd();
            assertThat(replies(conversation)).containsExactly("421 4.3.2 Server shutting down, try again later");
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void aCommitTimeoutEndsALaterChunk() throws IOException {
        sink.holdAnswers();
        try (var conversation = begin()) {
            conversation.send(OPENED + "BDAT 3 LAST\r\none");
            messages.remove().accept();
            conversation.send("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 100\r\nten octets");
            conversation.await("the question", () -> asked == 2);
            messages.remove().accept();
            conversation.advance(Limits.DEFAULTS.commitTimeout().plusSeconds(1));
            conversation.awaitEnd();
            assertThat(replies(conversation)).singleElement().asString().startsWith("421 4.3.0 Storing");
        }
    }

    @Test
    void aPolicyThatThrowsEndsTheSession() throws IOException {
        var throwing = new Policy() {
            @Override
            public void data(ClientInfo client, int count, Decision decision) {
                throw new IllegalStateException("a bug in the policy");
            }
        };
        try (var conversation = new Conversation(Ports.of(sink).withPolicy(throwing), Limits.DEFAULTS)) {
            conversation.send(OPENED + "BDAT 3 LAST\r\none");
            conversation.awaitEnd();
            assertThat(replies(conversation)).containsExactly("421 4.3.0 Internal error, closing connection");
        }
    }

    @Test
    void discardsAChunkWhoseReplyIsReplaced() throws IOException {
        Fault refusal = Fault.NONE.withReply(Reply.of(451, "4.3.0", "On purpose"));
        var faults = new SessionFaults() {
            @Override
            public @Nullable Fault command(@Nullable Command command) {
                return command != null && command.verb() == Verb.BDAT ? refusal : null;
            }
        };
        try (var conversation = new Conversation(Ports.of(sink).withFaults(client -> faults), Limits.DEFAULTS)) {
            conversation.send(OPENED + "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
            awaitReplies(conversation, 2);
            assertThat(replies(conversation)).containsExactly("451 4.3.0 On purpose", "250 2.0.0 NOOP OK");
        }
    }

    /** RFC 6531 §3.7.4: no non-ASCII replies unless the client asks for them. */
    @Test
    void repliesAreAsciiUnlessTheClientAsksForUtf8() throws IOException {
        var speaking = new Policy() {
            @Override
            public void verify(ClientInfo client, String what, Decision decision) {
                decision.answer(Reply.of(250, "2.1.5", "J\u00f6rg <" + what + "@example.com>"));
            }
        };
        try (var conversation = new Conversation(Ports.of(sink).withPolicy(speaking), Limits.DEFAULTS)) {
            conversation.send("EHLO client.example\r\nVRFY joe\r\nVRFY j\u00f6rg SMTPUTF8\r\nVRFY joe\r\n");
            conversation.await("three", () -> conversation.received().split("250 2.1.5", -1).length == 4);
            List<String> lines = conversation.lines();
            assertThat(lines.subList(lines.size() - 3, lines.size()))
                    .containsExactly(
                            "250 2.1.5 J?rg <joe@example.com>",
                            "250 2.1.5 J\u00f6rg <j\u00f6rg@example.com>",
                            "250 2.1.5 J?rg <joe@example.com>");
        }
    }
}
