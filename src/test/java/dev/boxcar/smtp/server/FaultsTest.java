// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.ConnectionDrop.How;
import dev.boxcar.smtp.server.port.ConnectionDrop.Point;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.LineConditions;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.ReplyFraming;
import dev.boxcar.smtp.server.port.ReplyHold;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Injected faults happen as specified and change nothing else. */
class FaultsTest {
    private static final String GROUP =
            "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n";
    private static final Reply REFUSAL = Reply.of(451, "4.3.0", "On purpose");

    private final RecordingSink sink = new RecordingSink();
    private final List<Long> writes = new ArrayList<>();

    /** Injects one fault at one verb, and delays everything as a line does. */
    private record At(@Nullable Verb where, Fault fault, LineConditions line) implements SessionFaults {
        At(Verb where, Fault fault) {
            this(where, fault, LineConditions.NONE);
        }

        @Override
        public @Nullable Fault command(@Nullable Command command) {
            return command != null && command.verb() == where ? fault : null;
        }
    }

    private static SessionFaults line(LineConditions conditions) {
        return new At(null, Fault.NONE, conditions);
    }

    /** Injects a fault at the end of each message. */
    private record AtEndOfData(Fault fault) implements SessionFaults {
        @Override
        public @Nullable Fault endOfData(long bytes) {
            return fault;
        }
    }

    /** Injects a fault into the connection. */
    private record AtConnect(Fault fault) implements SessionFaults {
        @Override
        public @Nullable Fault connected() {
            return fault;
        }
    }

    private Conversation begin(SessionFaults faults) throws IOException {
        var ports = Ports.of(sink).withFaults(client -> faults).withListeners((client, nanos) -> new SessionListener() {
            @Override
            public void wrote(long bytes, long atNanos) {
                writes.add(bytes);
            }
        });
        return new Conversation(ports, Limits.DEFAULTS);
    }

    // ---- replies

    @Test
    void aRefusedCommandHasNoEffect() throws IOException {
        try (var conversation = begin(new At(Verb.MAIL, Fault.NONE.withReply(REFUSAL)))) {
            conversation.send(GROUP);
            conversation.await("503", () -> conversation.received().contains("503 5.5.1 Send MAIL first"));
            assertThat(conversation.lines()).contains("451 4.3.0 On purpose");
        }
    }

    @Test
    void anAcceptedCommandIsCarriedOutWithAnotherText() throws IOException {
        Fault other = Fault.NONE.withReply(Reply.of(250, "2.1.5", "Welcome"));
        try (var conversation = begin(new At(Verb.RCPT, other))) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.await("354", () -> conversation.received().contains("354 "));
            assertThat(conversation.received()).contains("Sender OK\r\n250 2.1.5 Welcome\r\n354 ");
        }
    }

    @Test
    void aCommandThatFailsIsNotReportedAsDone() throws IOException {
        Fault other = Fault.NONE.withReply(Reply.of(250, "2.1.5", "Welcome"));
        try (var conversation = begin(new At(Verb.RCPT, other))) {
            conversation.send("EHLO client.example\r\nRCPT TO:<b@example.com>\r\n");
            conversation.await("503", () -> conversation.received().contains("503 5.5.1 Send MAIL first"));
        }
    }

    @Test
    void aRefusedDataCommandWaitsForNoBody() throws IOException {
        try (var conversation = begin(new At(Verb.DATA, Fault.NONE.withReply(REFUSAL)))) {
            conversation.send(GROUP + "DATA\r\nNOOP\r\n");
            conversation.await("NOOP", () -> conversation.received().contains("NOOP OK"));
            assertThat(conversation.received()).contains("451 4.3.0 On purpose\r\n250 2.0.0 NOOP OK");
        }
    }

    @Test
    void changedTextsLeaveInTheNormalBatch() throws IOException {
        try (var conversation = begin(new At(Verb.RCPT, Fault.NONE.withReply(REFUSAL)))) {
            conversation.send("EHLO client.example\r\n");
            writes.clear();
            conversation.send("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nRSET\r\n");
            conversation.await("RSET", () -> conversation.received().contains("Reset OK"));
            assertThat(writes).hasSize(1);
        }
    }

    @Test
    void aRefusedMessageIsNotStored() throws IOException {
        try (var conversation = begin(new AtEndOfData(Fault.NONE.withReply(REFUSAL)))) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.send("text\r\n.\r\nNOOP\r\n");
            conversation.await("NOOP", () -> conversation.received().endsWith("NOOP OK\r\n"));
            assertThat(conversation.lines()).contains("451 4.3.0 On purpose");
            assertThat(sink.stored()).isEmpty();
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void aFaultCanEditTheEhloReply() throws IOException {
        Fault edit =
                Fault.NONE.withEdit(reply -> Reply.of(250, "", reply.lines().get(0), "SIZE 1"));
        try (var conversation = begin(new At(Verb.EHLO, edit))) {
            conversation.send("EHLO client.example\r\n");
            conversation.awaitLines(3);
            assertThat(conversation.lines()).endsWith("250-mx.example", "250 SIZE 1");
        }
    }

    @Test
    void aReplyThatIsLeftOutKeepsNoneAfterItBack() throws IOException {
        try (var conversation = begin(new At(Verb.MAIL, Fault.NONE.withoutReply()))) {
            conversation.send(GROUP);
            conversation.await("RCPT", () -> conversation.received().contains("Recipient OK"));
            assertThat(conversation.received()).doesNotContain("Sender OK");
        }
    }

    @Test
    void manyRefusalsOnPurposeDoNotEndTheSession() throws IOException {
        Reply unknown = Reply.of(500, "5.5.1", "On purpose");
        try (var conversation = begin(new At(Verb.NOOP, Fault.NONE.withReply(unknown)))) {
            conversation.send("NOOP\r\n".repeat(100) + "RSET\r\n");
            conversation.await("RSET", () -> conversation.received().contains("Reset OK"));
        }
    }

    // ---- the connection

    @Test
    void theBannerCanBeLeftOut() throws IOException {
        try (var conversation = begin(new AtConnect(Fault.NONE.withoutReply()))) {
            conversation.send("NOOP\r\n");
            conversation.await("NOOP", () -> conversation.received().equals("250 2.0.0 NOOP OK\r\n"));
        }
    }

    @Test
    void aConnectionCanBeRefused() throws IOException {
        try (var conversation = begin(new AtConnect(Fault.NONE.withDrop(Point.BEFORE_REPLY, How.RST)))) {
            conversation.awaitEnd();
            assertThat(conversation.wasReset()).isTrue();
            assertThat(conversation.received()).isEmpty();
        }
    }

    @Test
    void aClientThatIsRefusedAtTheBannerMayOnlyQuit() throws IOException {
        Fault refused = Fault.NONE.withReply(Reply.of(554, "5.3.2", "Not today"));
        try (var conversation = begin(new AtConnect(refused))) {
            conversation.send("EHLO client.example\r\nQUIT\r\n");
            conversation.awaitEnd();
            assertThat(conversation.lines().get(0)).isEqualTo("554 5.3.2 Not today");
            assertThat(conversation.lines().get(1)).startsWith("503 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDropLetsTheRepliesBeforeItLeave(How how) throws IOException {
        try (var conversation = begin(new At(Verb.RCPT, Fault.NONE.withDrop(Point.BEFORE_REPLY, how)))) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("250 2.1.0 Sender OK\r\n");
            assertThat(conversation.wasReset()).isEqualTo(how == How.RST);
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void aDropCanComeAfterTheReplyAndInIt() throws IOException {
        try (var conversation = begin(new At(Verb.RCPT, Fault.NONE.withDrop(Point.AFTER_REPLY, How.FIN)))) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("250 2.1.5 Recipient OK\r\n");
        }
        try (var conversation = begin(new At(Verb.RCPT, Fault.NONE.withDrop(Point.IN_REPLY, How.FIN)))) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("250 2.1.0 Sender OK\r\n250 2.1.5 Re");
        }
    }

    @Test
    void theReplyToAMessageCanBeLost() throws IOException {
        try (var conversation = begin(new AtEndOfData(Fault.NONE.withDrop(Point.BEFORE_REPLY, How.RST)))) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.send("text\r\n.\r\nNOOP\r\n");
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("<CRLF>.<CRLF>\r\n");
            assertThat(conversation.wasReset()).isTrue();
            assertThat(sink.stored())
                    .as("stored although the client got no reply")
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theConnectionCanEndInTheBody(How how) throws IOException {
        var faults = new SessionFaults() {
            @Override
            public @Nullable How content(byte[] bytes, int from, int to) {
                return how;
            }
        };
        try (var conversation = begin(faults)) {
            conversation.send(GROUP + "DATA\r\n");
            conversation.send("text\r\n.\r\n");
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("<CRLF>.<CRLF>\r\n");
            assertThat(conversation.wasReset()).isEqualTo(how == How.RST);
            assertThat(sink.stored()).isEmpty();
            assertThat(sink.underWay()).isZero();
        }
    }

    // ---- framing

    @Test
    void aDividedReplyLeavesInWritesOfThatSize() throws IOException {
        try (var conversation = begin(new At(Verb.NOOP, Fault.NONE.withFraming(ReplyFraming.split(5))))) {
            writes.clear();
            conversation.send("RSET\r\nNOOP\r\nRSET\r\n");
            conversation.await("RSET", () -> conversation.received().split("Reset OK\r\n", -1).length == 3);
            assertThat(conversation.received()).endsWith("Reset OK\r\n250 2.0.0 NOOP OK\r\n250 2.0.0 Reset OK\r\n");
            assertThat(writes).containsExactly(20L, 5L, 5L, 5L, 4L, 20L);
        }
    }

    @Test
    void crAndLfCanLeaveApart() throws IOException {
        try (var conversation = begin(new At(Verb.NOOP, Fault.NONE.withFraming(ReplyFraming.BETWEEN_CR_AND_LF)))) {
            writes.clear();
            conversation.send("NOOP\r\n");
            conversation.await("NOOP", () -> conversation.received().endsWith("NOOP OK\r\n"));
            assertThat(writes).containsExactly(18L, 1L);
        }
    }

    @Test
    void separateRepliesLeaveInWritesOfTheirOwn() throws IOException {
        try (var conversation = begin(new At(Verb.RSET, Fault.NONE.withFraming(ReplyFraming.SEPARATE)))) {
            writes.clear();
            conversation.send("RSET\r\nRSET\r\nRSET\r\n");
            conversation.await("RSET", () -> conversation.received().split("Reset OK\r\n", -1).length == 4);
            assertThat(writes).containsExactly(20L, 20L, 20L);
        }
    }

    @Test
    void aGluedReplyLeavesWithTheNextOne() throws IOException {
        try (var conversation = begin(new At(Verb.NOOP, Fault.NONE.withFraming(ReplyFraming.GLUED)))) {
            writes.clear();
            conversation.send("NOOP\r\n");
            conversation.send("NOOP\r\nRSET\r\n");
            conversation.await("RSET", () -> conversation.received().contains("Reset OK"));
            assertThat(writes).containsExactly(58L);
            conversation.send("NOOP\r\n");
            conversation.await("NOOP", () -> conversation.received().endsWith("Reset OK\r\n250 2.0.0 NOOP OK\r\n"));
        }
    }

    // ---- time

    @Test
    void aDelayedReplyDelaysTheOnesAfterIt() throws IOException {
        try (var conversation = begin(new At(Verb.MAIL, Fault.NONE.withDelay(Duration.ofSeconds(10))))) {
            conversation.send(GROUP + "NOOP\r\n");
            conversation.advance(Duration.ofSeconds(9));
            assertThat(conversation.received()).doesNotContain("250 2.1.0").doesNotContain("NOOP OK");
            conversation.advance(Duration.ofSeconds(2));
            conversation.await("NOOP", () -> conversation.received().contains("NOOP OK"));
            assertThat(conversation.received()).contains("250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n250 2.0.0");
        }
    }

    @Test
    void delaysAddUpAsInASlowServer() throws IOException {
        try (var conversation = begin(new At(Verb.NOOP, Fault.NONE.withDelay(Duration.ofSeconds(10))))) {
            conversation.send("NOOP\r\nNOOP\r\n");
            conversation.advance(Duration.ofSeconds(11));
            assertThat(conversation.received()).containsOnlyOnce("NOOP OK");
            conversation.advance(Duration.ofSeconds(10));
            conversation.await("NOOP", () -> conversation.received().split("NOOP OK", -1).length == 3);
        }
    }

    @Test
    void aHeldReplyLeavesWhenItIsReleased() throws IOException {
        var hold = new ReplyHold();
        try (var conversation = begin(new At(Verb.MAIL, Fault.NONE.withHold(hold)))) {
            conversation.send(GROUP);
            conversation.advance(Duration.ofMinutes(1));
            assertThat(conversation.received()).doesNotContain("Sender OK");
            hold.release();
            conversation.await("RCPT", () -> conversation.received().endsWith("Recipient OK\r\n"));
        }
    }

    @Test
    void nothingIsReadWhileReadingIsStopped() throws IOException {
        try (var conversation = begin(new At(Verb.RSET, Fault.NONE.withStopReading(Duration.ofSeconds(10))))) {
            conversation.send("RSET\r\nNOOP\r\n");
            conversation.advance(Duration.ofSeconds(9));
            assertThat(conversation.received()).endsWith("Reset OK\r\n");
            conversation.advance(Duration.ofSeconds(2));
            conversation.await("NOOP", () -> conversation.received().endsWith("NOOP OK\r\n"));
        }
    }

    @Test
    void aGroupCostsOneRoundTrip() throws IOException {
        LineConditions ocean = LineConditions.NONE.withRoundTrip(Duration.ofSeconds(10));
        try (var conversation = begin(line(ocean))) {
            conversation.advance(Duration.ofSeconds(11));
            writes.clear();
            conversation.send(GROUP.replace("EHLO", "HELO") + "NOOP\r\n");
            conversation.advance(Duration.ofSeconds(9));
            assertThat(writes).isEmpty();
            conversation.advance(Duration.ofSeconds(2));
            conversation.await("NOOP", () -> conversation.received().endsWith("NOOP OK\r\n"));
            assertThat(writes).hasSize(1);
        }
    }

    @Test
    void roundTripsOfTwoFlightsOverlap() throws IOException {
        LineConditions ocean = LineConditions.NONE.withRoundTrip(Duration.ofSeconds(10));
        try (var conversation = begin(line(ocean))) {
            conversation.advance(Duration.ofSeconds(11));
            conversation.send("NOOP\r\n");
            conversation.advance(Duration.ofSeconds(5));
            conversation.send("RSET\r\n");
            conversation.advance(Duration.ofSeconds(6));
            assertThat(conversation.received()).endsWith("NOOP OK\r\n");
            conversation.advance(Duration.ofSeconds(5));
            assertThat(conversation.received()).endsWith("Reset OK\r\n");
        }
    }

    @Test
    void aHeldBatchWaitsUntilTheClientIsSilent() throws IOException {
        LineConditions quiet = LineConditions.NONE.withHold(Duration.ofSeconds(10));
        try (var conversation = begin(line(quiet))) {
            conversation.advance(Duration.ofSeconds(11));
            writes.clear();
            conversation.send("NOOP\r\n");
            conversation.advance(Duration.ofSeconds(6));
            conversation.send("RSET\r\n");
            conversation.advance(Duration.ofSeconds(6));
            assertThat(writes).isEmpty();
            conversation.advance(Duration.ofSeconds(5));
            assertThat(conversation.received()).endsWith("NOOP OK\r\n250 2.0.0 Reset OK\r\n");
            assertThat(writes).hasSize(1);
        }
    }

    @Test
    void aSlowLineLetsBytesPassAtItsRate() throws IOException {
        LineConditions modem = LineConditions.NONE.withBitsPerSecond(8); // one byte per second
        try (var conversation = begin(line(modem))) {
            conversation.advance(Duration.ofSeconds(1));
            for (int bytes = 2; bytes < 5; bytes++) {
                conversation.advance(Duration.ofSeconds(1));
                assertThat(conversation.received()).hasSize(bytes);
            }
        }
    }

    @Test
    void aSessionWhoseReplyNeverLeavesEndsByItsTimeout() throws IOException {
        try (var conversation = begin(new At(Verb.NOOP, Fault.NONE.withHold(new ReplyHold())))) {
            conversation.send("NOOP\r\n");
            for (int i = 0; i < 10 && !conversation.ended(); i++) {
                conversation.advance(Limits.DEFAULTS.idleTimeout());
            }
            assertThat(conversation.ended()).isTrue();
            assertThat(conversation.received()).doesNotContain("NOOP OK");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtt", "hold", "rate"})
    void aVeryLongGroupIsAnsweredInOrder(String kind) throws IOException {
        Duration time = Duration.ofMillis(20);
        LineConditions conditions = switch (kind) {
            case "rtt" -> LineConditions.NONE.withRoundTrip(time);
            case "hold" -> LineConditions.NONE.withHold(time);
            default -> LineConditions.NONE.withBitsPerSecond(100_000_000);
        };
        int recipients = 5_000;
        try (var conversation = begin(line(conditions))) {
            conversation.send("EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n");
            conversation.send("RCPT TO:<b@example.com>\r\n".repeat(recipients) + "NOOP\r\n");
            conversation.await("NOOP", () -> conversation.received().endsWith("NOOP OK\r\n"));
            assertThat(conversation.lines())
                    .filteredOn(line -> line.startsWith("250 2.1.5"))
                    .hasSize(recipients);
        }
    }

    @Test
    void tlsStartsAfterTheDelayedReplyToStartTls() throws IOException {
        LineConditions ocean = LineConditions.NONE.withRoundTrip(Duration.ofMillis(30));
        var offer = new TlsOffer(TlsOffer.Need.OPTIONAL);
        offer.ready(TlsSettings.server(TlsClient.CONTEXT));
        var ports = Ports.of(sink).withTls(offer).withFaults(client -> line(ocean));
        try (var conversation = new Conversation(ports, Limits.DEFAULTS)) {
            conversation.send("EHLO client.example\r\nSTARTTLS\r\n");
            conversation.await("220", () -> conversation.received().contains("220 2.0.0"));
            conversation.startTls("TLSv1.3");
            conversation.send("EHLO client.example\r\nNOOP\r\n");
            conversation.await("NOOP", () -> conversation.received().endsWith("NOOP OK\r\n"));
        }
    }

    @Test
    void aChunkCanBeDelayedDroppedAndFramed() throws IOException {
        Fault slow = Fault.NONE.withDelay(Duration.ofSeconds(10)).withFraming(ReplyFraming.split(8));
        try (var conversation = begin(new At(Verb.BDAT, slow))) {
            conversation.send(GROUP + "BDAT 3\r\noneBDAT 3 LAST\r\ntwo");
            conversation.advance(Duration.ofSeconds(9));
            assertThat(conversation.received()).endsWith("Recipient OK\r\n");
            conversation.advance(Duration.ofSeconds(12));
            conversation.await("two", () -> conversation.received().contains("Message queued"));
            assertThat(sink.stored()).hasSize(1);
        }
        try (var conversation = begin(new At(Verb.BDAT, Fault.NONE.withDrop(Point.BEFORE_REPLY, How.FIN)))) {
            conversation.send(GROUP + "BDAT 3\r\noneBDAT 3 LAST\r\ntwo");
            conversation.awaitEnd();
            assertThat(conversation.received()).endsWith("Recipient OK\r\n");
            assertThat(sink.stored()).hasSize(1);
            assertThat(sink.underWay()).isZero();
        }
    }

    @Test
    void aDecisionThatComesLaterKeepsTheFaultOfItsCommand() throws IOException {
        var decisions = new ArrayList<Decision>();
        var policy = new Policy() {
            @Override
            public void recipient(ClientInfo client, ForwardPath path, Decision decision) {
                decisions.add(decision);
            }
        };
        SessionFaults faults = new SessionFaults() {
            private int recipients;

            @Override
            public @Nullable Fault command(@Nullable Command command) {
                boolean isSecond = command != null && command.verb() == Verb.RCPT && ++recipients == 2;
                return isSecond ? Fault.NONE.withReply(Reply.of(250, "2.1.5", "Second")) : null;
            }
        };
        var ports = Ports.of(sink).withPolicy(policy).withFaults(client -> faults);
        try (var conversation = new Conversation(ports, Limits.DEFAULTS)) {
            conversation.send(GROUP + "RCPT TO:<c@example.com>\r\nRCPT TO:<d@example.com>\r\n");
            decisions.forEach(Decision::accept);
            conversation.await("RCPT", () -> conversation.received().split("\r\n250 2.1.5 ", -1).length == 4);
            assertThat(conversation.received())
                    .endsWith("Recipient OK\r\n250 2.1.5 Second\r\n250 2.1.5 Recipient OK\r\n");
        }
    }

    @Test
    void twoSourcesOfFaultsAreAskedInOrder() throws IOException {
        Faults first = client -> new At(Verb.NOOP, Fault.NONE.withReply(Reply.of(450, "", "first")));
        Faults none = client -> null;
        Faults second = client -> new At(Verb.NOOP, Fault.NONE.withReply(Reply.of(450, "", "second")));
        Faults third = client -> new At(Verb.RSET, Fault.NONE.withReply(Reply.of(450, "", "third")));
        Faults all = none.orElse(first).orElse(second).orElse(third);
        try (var conversation = new Conversation(Ports.of(sink).withFaults(all), Limits.DEFAULTS)) {
            conversation.send("NOOP\r\nRSET\r\n");
            conversation.await("third", () -> conversation.received().endsWith("450 first\r\n450 third\r\n"));
        }
    }

    @Test
    void theShutdownOfTheServerWaitsForNoDelay() throws IOException {
        try (var conversation = begin(new At(Verb.NOOP, Fault.NONE.withHold(new ReplyHold())))) {
            conversation.send("RSET\r\nNOOP\r\n");
            conversation.session.drain();
            conversation.awaitEnd();
            assertThat(conversation.received()).contains("Reset OK\r\n421 ").doesNotContain("NOOP OK");
        }
    }

    @Test
    void theShutdownOfTheServerDoesNotWaitForAClientWhoseConnectionHasEnded() throws IOException {
        try (var conversation = begin(new At(Verb.NOOP, Fault.NONE.withDrop(Point.BEFORE_REPLY, How.HALF_CLOSE)))) {
            conversation.send("NOOP\r\n");
            conversation.awaitEnd();
            conversation.advance(Duration.ofMinutes(1));
            assertThat(conversation.sessionClosed()).isFalse();
            conversation.session.drain();
            conversation.advance(Duration.ofSeconds(1));
            assertThat(conversation.sessionClosed()).isTrue();
        }
    }
}
