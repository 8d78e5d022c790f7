// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.ReplyFault;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Injected faults happen as specified and change nothing else. */
class FaultsTest {
    private static final String GROUP =
            "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n";

    private final RecordingSink sink = new RecordingSink();

    /** Injects a fault into the replies to one verb. */
    private record In(Verb where, Function<Reply, ReplyFault> made) implements Faults {
        @Override
        public @Nullable ReplyFault reply(ClientInfo client, @Nullable Verb verb, Reply reply) {
            return verb == where ? made.apply(reply) : null;
        }
    }

    private Conversation begin(Faults faults) throws IOException {
        return new Conversation(Ports.of(sink).withFaults(faults), Limits.DEFAULTS);
    }

    @Test
    void aReplacedCommandHasNoEffect() throws IOException {
        var faults = new Faults() {
            @Override
            public @Nullable Reply instead(ClientInfo client, Verb verb) {
                return verb == Verb.MAIL ? Reply.of(451, "4.3.0", "Chaos") : null;
            }
        };
        try (var conversation = begin(faults)) {
            conversation.send(GROUP);
            conversation.await("503", () -> conversation.received().contains("503 5.5.1 Send MAIL first"));
            assertThat(conversation.lines()).contains("451 4.3.0 Chaos");
        }
    }

    @Test
    void aReplacedReplyDoesNotChangeTheSession() throws IOException {
        Reply lie = Reply.of(550, "5.1.1", "No such user");
        try (var conversation = begin(new In(Verb.RCPT, reply -> ReplyFault.replaced(lie)))) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.await("354", () -> conversation.received().contains("354 "));
            int at = conversation.lines().indexOf("550 5.1.1 No such user");
            assertThat(conversation.lines().get(at - 1)).startsWith("250 2.1.0");
            assertThat(conversation.lines().get(at + 1)).startsWith("354 ");
        }
    }

    @Test
    void aDelayedReplyDelaysTheOnesAfterIt() throws IOException {
        try (var conversation = begin(new In(Verb.MAIL, reply -> ReplyFault.delayed(reply, Duration.ofSeconds(10))))) {
            conversation.send(GROUP + "NOOP\r\n");
            conversation.advance(Duration.ofSeconds(9));
            assertThat(conversation.received()).doesNotContain("250 2.1.0").doesNotContain("NOOP OK");
            conversation.advance(Duration.ofSeconds(2));
            conversation.await("NOOP", () -> conversation.received().contains("NOOP OK"));
            assertThat(conversation.received()).contains("250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n250 2.0.0");
        }
    }

    @Test
    void aReframedReplyLeavesInWritesOfThatSize() throws IOException {
        var writes = new java.util.ArrayList<Long>();
        var ports = Ports.of(sink)
                .withFaults(new In(Verb.NOOP, reply -> ReplyFault.reframed(reply, 5, Duration.ZERO)))
                .withListeners((client, nanos) -> new SessionListener() {
                    @Override
                    public void wrote(long bytes, long atNanos) {
                        writes.add(bytes);
                    }
                });
        try (var conversation = new Conversation(ports, Limits.DEFAULTS)) {
            writes.clear();
            conversation.send("NOOP\r\nRSET\r\n");
            conversation.await("RSET", () -> conversation.received().contains("Reset OK"));
            assertThat(conversation.received()).endsWith("250 2.0.0 NOOP OK\r\n250 2.0.0 Reset OK\r\n");
            assertThat(writes).startsWith(5L, 5L, 5L);
        }
    }

    @Test
    void aCutReplyClosesTheConnectionInTheMiddle() throws IOException {
        try (var conversation = begin(new In(Verb.RCPT, reply -> ReplyFault.cut(reply, 7)))) {
            conversation.send(GROUP);
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("250 2.1.0 Sender OK\r\n250 2.1");
        }
    }

    @Test
    void aFaultCanCloseTheConnectionInsteadOfReplying() throws IOException {
        try (var conversation = begin(new In(Verb.DATA, reply -> ReplyFault.cut(reply, 0)))) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("Recipient OK\r\n");
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void aFaultCanChangeTheReplyToAMessage() throws IOException {
        var faults = new Faults() {
            @Override
            public @Nullable ReplyFault reply(ClientInfo client, @Nullable Verb verb, Reply reply) {
                return reply.lines().get(0).startsWith("Message") ? ReplyFault.cut(reply, 3) : null;
            }
        };
        try (var conversation = begin(faults)) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.send("text\r\n.\r\n");
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("\r\n250");
            assertThat(sink.stored())
                    .as("stored although the client got no reply")
                    .hasSize(1);
        }
    }

    @Test
    void aFaultCanEditTheEhloReply() throws IOException {
        var faults = new Faults() {
            @Override
            public Reply greeting(ClientInfo client, Reply greeting) {
                return Reply.of(250, "", greeting.lines().get(0), "SIZE 1");
            }
        };
        try (var conversation = begin(faults)) {
            conversation.send("EHLO client.example\r\n");
            conversation.awaitLines(3);
            assertThat(conversation.lines()).endsWith("250-mx.example", "250 SIZE 1");
        }
    }
}
