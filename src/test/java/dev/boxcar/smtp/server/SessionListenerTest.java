// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A listener receives every byte, every command with its offset, and every reply in the order of sending. */
class SessionListenerTest {
    private final RecordingSink sink = new RecordingSink();
    private final Notes notes = new Notes();

    private static final class Notes implements SessionListener {
        final ByteArrayOutputStream input = new ByteArrayOutputStream();
        final List<String> heard = new ArrayList<>();
        final List<String> replies = new ArrayList<>();
        final List<Long> writes = new ArrayList<>();
        long written;
        long said;
        boolean over;

        @Override
        public void read(byte[] bytes, int from, int to, long nanos) {
            input.write(bytes, from, to - from);
        }

        @Override
        public void wrote(long bytes, long nanos) {
            writes.add(bytes);
            written += bytes;
        }

        @Override
        public void command(Command command, long from, long to, long nanos) {
            heard.add(command.verb() + " " + text(from, to));
        }

        @Override
        public void line(long from, long to, long nanos) {
            heard.add("line " + text(from, to));
        }

        @Override
        public void message(long from, long to, long nanos) {
            heard.add("message " + text(from, to));
        }

        @Override
        public void queued(long place, @Nullable Verb verb, long nanos) {
            assertThat(place).isEqualTo(replies.size());
            replies.add(String.valueOf(verb));
        }

        @Override
        public void ready(long place, Reply reply, int bytes, long nanos) {
            replies.set((int) place, replies.get((int) place) + " " + reply.code());
            said += bytes;
        }

        @Override
        public void closed(long nanos) {
            assertThat(over).isFalse();
            over = true;
        }

        private String text(long from, long to) {
            return new String(input.toByteArray(), (int) from, (int) (to - from), UTF_8);
        }
    }

    private Conversation begin() throws IOException {
        return new Conversation(Ports.of(sink).withListeners((client, nanos) -> notes), Limits.DEFAULTS);
    }

    @Test
    void reportsTheInputOffsetOfEveryItem() throws IOException {
        String first = "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
        try (var conversation = begin()) {
            conversation.send(first);
            conversation.send("text\r\n.\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n");
            conversation.send(".\r\nN\0OOP\r\nwhat\r\nQUIT\r\n");
            conversation.awaitEnd();
        }
        assertThat(notes.heard)
                .containsExactly(
                        "EHLO EHLO client.example\r\n",
                        "MAIL MAIL FROM:<a@example.com>\r\n",
                        "RCPT RCPT TO:<b@example.com>\r\n",
                        "DATA DATA\r\n",
                        "message text\r\n.\r\n",
                        "MAIL MAIL FROM:<a@example.com>\r\n",
                        "RCPT RCPT TO:<b@example.com>\r\n",
                        "DATA DATA\r\n",
                        "message .\r\n",
                        "line N\0OOP\r\n",
                        "null what\r\n",
                        "QUIT QUIT\r\n");
        assertThat(notes.replies)
                .containsExactly(
                        "null 220",
                        "EHLO 250",
                        "MAIL 250",
                        "RCPT 250",
                        "DATA 354",
                        "DATA 250",
                        "MAIL 250",
                        "RCPT 250",
                        "DATA 354",
                        "DATA 250",
                        "null 500",
                        "null 500",
                        "QUIT 221");
        assertThat(notes.over).isTrue();
    }

    @Test
    void theRepliesAddUpToTheWrites() throws IOException {
        try (var conversation = begin()) {
            conversation.send("EHLO client.example\r\n");
            int before = notes.writes.size();
            conversation.send("RSET\r\nRSET\r\nRSET\r\nNOOP\r\n");
            conversation.await("NOOP", () -> conversation.received().contains("NOOP"));
            assertThat(notes.writes.subList(before, notes.writes.size()).stream()
                            .filter(bytes -> bytes > 0))
                    .as("the replies to a group leave in one write")
                    .containsExactly((long) ("250 2.0.0 Reset OK\r\n".length() * 3 + "250 2.0.0 NOOP OK\r\n".length()));
            assertThat(notes.written)
                    .isEqualTo(notes.said)
                    .isEqualTo(conversation.received().length());
        }
    }

    @Test
    void aLateReplyKeepsItsPlace() throws IOException {
        sink.holdAnswers();
        try (var conversation = begin()) {
            conversation.send("EHLO c\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n");
            conversation.send("text\r\n.\r\nNOOP\r\n");
            assertThat(notes.replies).endsWith("DATA 354", "DATA", "NOOP 250");
            sink.answerNext();
            conversation.await("NOOP", () -> conversation.received().contains("NOOP OK"));
            assertThat(notes.replies).endsWith("DATA 354", "DATA 250", "NOOP 250");
        }
    }

    @Test
    void aCommandThatWaitsForRecipientsKeepsItsPlaceInTheInput() throws IOException {
        var asked = new ArrayDeque<Decision>();
        var slow = new Policy() {
            @Override
            public void recipient(ClientInfo client, ForwardPath path, Decision decision) {
                asked.add(decision);
            }
        };
        Ports ports = Ports.of(sink).withPolicy(slow).withListeners((client, nanos) -> notes);
        try (var conversation = new Conversation(ports, Limits.DEFAULTS)) {
            conversation.send("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nRSET\r\nNOOP\r\n");
            asked.remove().accept();
            conversation.await("NOOP", () -> conversation.received().contains("NOOP OK"));
        }
        assertThat(notes.heard)
                .containsExactly(
                        "HELO HELO c\r\n",
                        "MAIL MAIL FROM:<>\r\n",
                        "RCPT RCPT TO:<b@example.com>\r\n",
                        "RSET RSET\r\n",
                        "NOOP NOOP\r\n");
    }

    @Test
    void aSessionMayHaveNoListener() throws IOException {
        try (var conversation =
                new Conversation(Ports.of(sink).withListeners((client, nanos) -> null), Limits.DEFAULTS)) {
            conversation.send("NOOP\r\n");
            conversation.awaitLines(2);
            assertThat(conversation.lines().get(1)).startsWith("250 ");
        }
    }
}
