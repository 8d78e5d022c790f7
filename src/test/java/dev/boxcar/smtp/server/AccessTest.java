// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The limits per session and per client address, and the timeouts: above a limit the client gets a 4yz with a reason,
 * never a hang.
 */
class AccessTest {
    private static final String HELLO = "HELO c\r\n";
    private static final String MAIL = "MAIL FROM:<a@example.com>\r\n";
    private static final String RCPT = "RCPT TO:<b@example.com>\r\n";
    private static final String ALL = HELLO + MAIL + RCPT + "DATA\r\n";

    private final RecordingSink sink = new RecordingSink();

    private Conversation conversation(Access access) throws IOException {
        return conversation(access, Extension.all());
    }

    private Conversation conversation(Access access, Set<Extension> extensions) throws IOException {
        return new Conversation(sink, Limits.DEFAULTS, access, extensions, ListenerOptions.at("", 0));
    }

    @Test
    void limitsMessagesPerMinuteAndAcceptsMoreLater() throws IOException {
        try (var conversation = conversation(Access.DEFAULTS.withMessagesPerMinute(2))) {
            conversation.send(HELLO + (MAIL + "RSET\r\n").repeat(2) + MAIL);
            conversation.awaitLines(7);
            assertThat(conversation.lines()).last().asString().startsWith("452 4.7.0 Too many messages");
            conversation.send(RCPT);
            conversation.awaitLines(8);
            assertThat(conversation.lines()).last().asString().startsWith("503 ");
            conversation.advance(Duration.ofSeconds(31));
            conversation.send(MAIL);
            conversation.awaitLines(9);
            assertThat(conversation.lines()).last().asString().startsWith("250 ");
        }
    }

    @Test
    void limitsRecipientsPerMinuteAndAcceptsTheMessage() throws IOException {
        try (var conversation = conversation(Access.DEFAULTS.withRecipientsPerMinute(3))) {
            conversation.send(HELLO + MAIL + RCPT.repeat(4) + "DATA\r\n");
            conversation.awaitLines(8);
            assertThat(conversation.lines().get(6)).startsWith("452 4.7.0 Too many recipients");
            assertThat(conversation.lines().get(7)).startsWith("354 ");
        }
    }

    @Test
    void limitsRecipientsPerSession() throws IOException {
        try (var conversation = conversation(Access.DEFAULTS.withSessionRecipients(3))) {
            conversation.send(HELLO + (MAIL + RCPT.repeat(2) + "RSET\r\n").repeat(2));
            conversation.awaitLines(10);
            assertThat(conversation.lines().get(7)).startsWith("250 2.1.5 ");
            assertThat(conversation.lines().get(8)).startsWith("452 4.5.3 Too many recipients in this session");
        }
    }

    @Test
    void closesIfACommandIsNotCompletedInTime() throws IOException {
        Access access = Access.DEFAULTS
                .withCommandTimeout(Duration.ofSeconds(30))
                .withSessionTimeout(Duration.ZERO)
                .withMinBytesPerSecond(0);
        try (var conversation = conversation(access)) {
            conversation.advance(Duration.ofSeconds(100)); // idle, without a partial command
            conversation.send("NOO");
            conversation.advance(Duration.ofSeconds(20));
            conversation.send("P");
            conversation.advance(Duration.ofSeconds(9));
            assertThat(conversation.lines()).hasSize(1);
            conversation.advance(Duration.ofSeconds(2));
            conversation.awaitEnd();
            assertThat(conversation.lines()).last().asString().startsWith("421 4.4.2 Command not completed in time");
        }
    }

    @Test
    void closesASessionAfterItsMaximumTime() throws IOException {
        Access access = Access.DEFAULTS
                .withCommandTimeout(Duration.ZERO)
                .withSessionTimeout(Duration.ofMinutes(10))
                .withMinBytesPerSecond(0);
        try (var conversation = conversation(access)) {
            for (int minute = 1; minute < 10; minute++) {
                conversation.advance(Duration.ofMinutes(1));
                conversation.send("NOOP\r\n");
            }
            conversation.awaitLines(10);
            conversation.advance(Duration.ofMinutes(1).plusSeconds(1));
            conversation.awaitEnd();
            assertThat(conversation.lines())
                    .hasSize(11)
                    .last()
                    .asString()
                    .startsWith("421 4.4.2 Session time limit exceeded");
        }
    }

    @Test
    void sends421AfterAllOutstandingReplies() throws IOException {
        sink.holdAnswers();
        Access access = Access.DEFAULTS
                .withCommandTimeout(Duration.ZERO)
                .withSessionTimeout(Duration.ofMinutes(1))
                .withMinBytesPerSecond(0);
        try (var conversation = conversation(access)) {
            conversation.send(ALL + ".\r\n");
            conversation.advance(Duration.ofSeconds(61));
            assertThat(conversation.lines()).hasSize(5);
            sink.answerNext();
            conversation.awaitEnd();
            assertThat(conversation.lines().get(5)).startsWith("250 ");
            assertThat(conversation.lines().get(6)).startsWith("421 4.4.2 Session time limit exceeded");
        }
    }

    /** Slow loris: a byte now and then avoids the idle timeout, but the message never ends. */
    @Test
    void closesIfAMessageArrivesTooSlowly() throws IOException {
        Access access = Access.DEFAULTS
                .withCommandTimeout(Duration.ZERO)
                .withSessionTimeout(Duration.ZERO)
                .withMinBytesPerSecond(1);
        try (var conversation = conversation(access)) {
            conversation.send(ALL + "x");
            for (int drop = 0; drop < 59 && !conversation.ended(); drop++) {
                conversation.advance(Duration.ofSeconds(10));
                conversation.send("x");
            }
            assertThat(conversation.lines()).hasSize(5);
            conversation.advance(Duration.ofSeconds(11));
            conversation.awaitEnd();
            assertThat(conversation.lines()).last().asString().startsWith("421 4.4.2 Message arrives too slowly");
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void acceptsALongMessageThatArrivesFastEnough() throws IOException {
        Access access = Access.DEFAULTS
                .withCommandTimeout(Duration.ZERO)
                .withSessionTimeout(Duration.ZERO)
                .withMinBytesPerSecond(1);
        try (var conversation = conversation(access)) {
            conversation.send(ALL);
            for (int minute = 0; minute < 40; minute++) {
                conversation.send("x".repeat(60) + "\r\n");
                conversation.advance(Duration.ofMinutes(1));
            }
            conversation.send(".\r\n");
            conversation.awaitLines(6);
            assertThat(conversation.lines()).last().asString().startsWith("250 ");
        }
    }

    @Test
    void delaysTheReplyToAnErrorAndKeepsTheOrder() throws IOException {
        Access access = Access.DEFAULTS.withErrorDelay(Duration.ofSeconds(3));
        try (var conversation = conversation(access)) {
            conversation.send("NOOP\r\nNONSENSE\r\nNOOP\r\n");
            assertThat(conversation.lines()).hasSize(2);
            conversation.advance(Duration.ofSeconds(2));
            assertThat(conversation.lines()).hasSize(2);
            conversation.advance(Duration.ofSeconds(2));
            conversation.awaitLines(4);
            assertThat(conversation.lines().get(2)).startsWith("500 ");
            assertThat(conversation.lines().get(3)).startsWith("250 ");
        }
    }

    private static Set<Extension> withoutPipeconnect() {
        return EnumSet.complementOf(EnumSet.of(Extension.PIPECONNECT, Extension.X_PIPE_CONNECT));
    }

    private static final Access WAITING = Access.DEFAULTS.withGreetDelay(Duration.ofSeconds(2));

    @Test
    void refusesAClientThatSendsBeforeTheBanner() throws IOException {
        try (var conversation = conversation(WAITING, withoutPipeconnect())) {
            conversation.advance(Duration.ofSeconds(1));
            assertThat(conversation.lines()).isEmpty();
            conversation.send("EHLO c\r\nNOOP\r\n");
            conversation.awaitEnd();
            assertThat(conversation.lines()).hasSize(1).last().asString().startsWith("554 5.5.1 ");
        }
    }

    @Test
    void greetsAClientThatWaitsForTheBanner() throws IOException {
        try (var conversation = conversation(WAITING, withoutPipeconnect())) {
            conversation.advance(Duration.ofSeconds(3));
            conversation.awaitLines(1);
            conversation.send("NOOP\r\n");
            conversation.awaitLines(2);
            assertThat(conversation.lines().get(0)).startsWith("220 ");
            assertThat(conversation.lines().get(1)).startsWith("250 ");
        }
    }

    @Test
    void acceptsEarlyCommandsIfPipeconnectIsOffered() throws IOException {
        try (var conversation = conversation(WAITING)) {
            conversation.send("NOOP\r\n");
            conversation.awaitLines(2);
            assertThat(conversation.lines().get(0)).startsWith("220 ");
        }
    }
}
