// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import static dev.boxcar.lab.script.Match.connect;
import static dev.boxcar.lab.script.Match.data;
import static dev.boxcar.lab.script.Match.ehlo;
import static dev.boxcar.lab.script.Match.end;
import static dev.boxcar.lab.script.Match.line;
import static dev.boxcar.lab.script.Match.mail;
import static dev.boxcar.lab.script.Match.rcpt;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.fault.RawClient.End;
import dev.boxcar.lab.script.Drop.How;
import dev.boxcar.lab.script.Drop.Point;
import dev.boxcar.lab.script.Framing;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Script;
import dev.boxcar.record.SessionRecord;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Framings and drops happen on the wire as scripts say, and the record shows them. */
class ScriptWireTest {
    private static final String[] GROUP = {
        "MAIL FROM:<a@client.example>", "RCPT TO:<b@example.com>", "RCPT TO:<c@example.com>", "DATA"
    };

    private LabServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LabServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Script every() {
        return Script.everySession();
    }

    // ---- framing

    /** The writes of the replies to the group, and the replies themselves. */
    private Stream<Long> writesOfGroup(Script script) throws IOException {
        List<String> usual;
        try (RawClient client = server.greeted()) {
            client.send(GROUP);
            usual = client.replies(4);
        }
        server.run(script);
        try (RawClient client = server.greeted()) {
            client.send(GROUP);
            assertThat(client.replies(4)).isEqualTo(usual);
        }
        SessionRecord session = server.ended(1);
        int first = session.replies().get(2).train();
        return session.trains().stream()
                .skip(Math.max(0, first - session.replies().get(2).bytes() + 1))
                .filter(train -> train.atMicros() > session.replies().get(1).leftMicros())
                .map(SessionRecord.Train::bytes);
    }

    @Test
    void byteByByte() throws IOException {
        assertThat(writesOfGroup(every().on(line()).framing(Framing.BYTE_BY_BYTE)))
                .containsOnly(1L)
                .hasSizeGreaterThan(100);
    }

    @Test
    void separately() throws IOException {
        assertThat(writesOfGroup(every().on(line()).framing(Framing.SEPARATE))).hasSize(4);
    }

    @Test
    void gluedTogether() throws IOException {
        assertThat(writesOfGroup(every().on(line()).framing(Framing.GLUED))).hasSize(1);
    }

    @Test
    void splitAtEveryFifthByte() throws IOException {
        assertThat(writesOfGroup(every().on(line()).framing(Framing.split(5))))
                .allMatch(bytes -> bytes <= 5)
                .contains(5L)
                .hasSizeGreaterThan(20);
    }

    @Test
    void crAndLfApart() throws IOException {
        assertThat(writesOfGroup(every().on(data()).framing(Framing.CR_LF)))
                .hasSize(3)
                .endsWith(1L);
    }

    @Test
    void oneReplyAloneTheOthersTogether() throws IOException {
        assertThat(writesOfGroup(every().on(data()).framing(Framing.SEPARATE))).hasSize(2);
    }

    @Test
    void aRefusalCanBeFramed() throws IOException {
        server.run(every().on(rcpt().nth(1)).reply(550, "", "No").framing(Framing.split(2)));
        try (RawClient client = server.greeted()) {
            client.send(GROUP);
            assertThat(client.replies(4).get(1)).isEqualTo("550 No");
        }
        assertThat(server.ended(0).trains())
                .filteredOn(train -> train.bytes() == 2)
                .hasSize(4);
    }

    // ---- drops

    private static Stream<Arguments> drops() {
        return Stream.of(How.FIN, How.RST, How.HALF_CLOSE)
                .flatMap(how -> Stream.of(
                        Arguments.of(mail(), how, 0), Arguments.of(rcpt(), how, 1), Arguments.of(data(), how, 3)));
    }

    @ParameterizedTest
    @MethodSource("drops")
    void aDropBeforeAReplyLetsTheRepliesBeforeItLeave(Match match, How how, int replies) throws IOException {
        server.run(every().on(match).drop(Point.BEFORE_REPLY, how));
        try (RawClient client = server.greeted()) {
            client.send(GROUP);
            assertThat(client.replies(replies)).allMatch(reply -> reply.startsWith("250 "));
            assertThat(client.rest()).isEmpty();
            assertThat(client.end()).isEqualTo(how == How.RST ? End.RST : End.FIN);
        }
        server.store.deleteAll();
        try (RawClient next = server.greeted()) {
            assertThat(next.message("text")).startsWith("250 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDropAtEhlo(How how) throws IOException {
        server.run(every().on(ehlo()).drop(Point.BEFORE_REPLY, how));
        try (RawClient client = server.connect()) {
            client.replies(1);
            client.send("EHLO client.example");
            assertThat(client.rest()).isEmpty();
            assertThat(client.end()).isEqualTo(how == How.RST ? End.RST : End.FIN);
        }
    }

    @Test
    void aDropBeforeTheBanner() throws IOException {
        server.run(every().on(connect()).drop(Point.BEFORE_REPLY, How.FIN));
        try (RawClient client = server.connect()) {
            assertThat(client.rest()).isEmpty();
            assertThat(client.end()).isEqualTo(End.FIN);
        }
    }

    @Test
    void aRefusedConnectionIsReset() throws IOException {
        server.run(Script.session().on(connect()).refuse());
        try (RawClient client = server.connect()) {
            assertThat(client.rest()).isEmpty();
            assertThat(client.end()).isEqualTo(End.RST);
        }
        try (RawClient next = server.greeted()) {
            assertThat(next.ask("NOOP")).startsWith("250 ");
        }
    }

    @Test
    void withoutABannerCommandsAreAnswered() throws IOException {
        server.run(every().on(connect()).noBanner());
        try (RawClient client = server.connect()) {
            assertThat(client.ask("EHLO client.example")).startsWith("250-lab.test");
        }
    }

    @Test
    void aDropAfterAndInAReply() throws IOException {
        server.run(Script.session().on(rcpt().nth(2)).drop(Point.AFTER_REPLY, How.RST));
        server.run(Script.session().on(rcpt().nth(2)).drop(Point.IN_REPLY, How.FIN));
        try (RawClient client = server.greeted()) {
            client.send(GROUP);
            assertThat(client.replies(3)).allMatch(reply -> reply.startsWith("250 "));
            assertThat(client.rest()).isEmpty();
            assertThat(client.end()).isEqualTo(End.RST);
        }
        try (RawClient client = server.greeted()) {
            client.send(GROUP);
            assertThat(client.replies(2)).allMatch(reply -> reply.startsWith("250 "));
            assertThat(client.rest()).isNotEmpty().doesNotContain("\r\n");
        }
        SessionRecord session = server.ended(1);
        assertThat(session.replies())
                .last()
                .extracting(SessionRecord.RecordedReply::bytes)
                .isEqualTo(12);
    }

    @Test
    void theReplyToAMessageIsLostAndTheMessageIsStored() throws IOException {
        server.run(every().on(end().message(1)).drop(Point.BEFORE_REPLY, How.RST));
        try (RawClient client = server.greeted()) {
            client.transaction(1);
            client.sendRaw("text\r\n.\r\n");
            assertThat(client.rest()).isEmpty();
            assertThat(client.end()).isEqualTo(End.RST);
        }
        assertThat(server.stored()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void theConnectionEndsInTheBodyOfTheSecondMessage(How how) throws IOException {
        server.run(every().on(end().message(2)).drop(Point.IN_BODY, how));
        try (RawClient client = server.greeted()) {
            assertThat(client.message("one")).startsWith("250 ");
            client.transaction(1);
            client.sendRaw("x".repeat(900) + "\r\n");
            assertThat(client.rest()).isEmpty();
            assertThat(client.end()).isEqualTo(how == How.RST ? End.RST : End.FIN);
        }
        SessionRecord session = server.ended(0);
        assertThat(server.stored()).isEqualTo(1);
        assertThat(server.faults.log().of(session.id()))
                .containsExactly(new InjectedFault("s1", 0, session.items().size(), "drop in-body " + how));
    }

    @Test
    void aHalfClosedConnectionStaysOpenForTheClient() throws IOException {
        server.run(every().on(data()).drop(Point.BEFORE_REPLY, How.HALF_CLOSE));
        try (RawClient client = server.greeted()) {
            client.send(GROUP);
            client.replies(3);
            assertThat(client.rest()).isEmpty();
            client.send("NOOP");
            client.send("NOOP");
            assertThat(server.recorder.sessions()).hasSize(1);
            Awaitility.await().during(Duration.ofMillis(100)).until(() -> !server.isOver(0));
        }
        server.ended(0);
    }

    // ---- the receive window

    @Test
    void aTinyReceiveBufferMakesAClientWaitSoon() throws Exception {
        try (var tiny = new LabServer(LineSettings.NONE, 1, null, LabServer.ANY_PORT.withReceiveBuffer(1024))) {
            tiny.run(every().on(Match.noop()).stopReading(Duration.ofSeconds(30)));
            try (SocketChannel client = SocketChannel.open()) {
                client.setOption(StandardSocketOptions.SO_SNDBUF, 4 * 1024);
                client.connect(tiny.address());
                client.configureBlocking(false);
                long sent = client.write(ByteBuffer.wrap("NOOP\r\n".getBytes(US_ASCII)));
                Awaitility.await().until(() -> tiny.store.list().get(0).matched(0) == 1);
                ByteBuffer more = ByteBuffer.allocate(1024 * 1024);
                while (client.write(more) > 0) {
                    sent = more.position();
                }
                assertThat(sent).isLessThan(32 * 1024);
            }
        }
    }

    // ---- the record

    @Test
    void theRecordAgreesWithTheWire() throws IOException {
        server.run(every().rtt(Duration.ofMillis(20)).on(Match.noop()).framing(Framing.split(7)));
        int received;
        try (RawClient client = server.greeted()) {
            client.send("RSET", "RSET", "NOOP");
            client.replies(3);
            client.ask("QUIT");
            client.rest();
            received = client.takeReads().stream().mapToInt(Integer::intValue).sum();
        }
        SessionRecord session = server.ended(0);
        assertThat(session.trains().stream()
                        .mapToLong(SessionRecord.Train::bytes)
                        .sum())
                .isEqualTo(received);
        assertThat(session.replies()).hasSize(6).allMatch(reply -> reply.leftMicros() >= reply.readyMicros());
        assertThat(session.flights()).hasSize(3);
    }

    @Test
    void theSameSeedGivesTheSameSession() throws IOException {
        Script script = every().seed(7)
                .rtt(Duration.ofMillis(5))
                .jitter(Duration.ofMillis(5))
                .on(rcpt().nth(2))
                .reply(550, "5.1.1", "No")
                .on(data())
                .framing(Framing.split(3));
        List<String> first = session(script, 0);
        assertThat(session(script, 1)).isEqualTo(first);
    }

    /** The replies, the sizes of the writes and the faults of one session. */
    private List<String> session(Script script, int number) throws IOException {
        server.store.deleteAll();
        server.run(script);
        List<String> replies;
        try (RawClient client = server.greeted()) {
            client.send(GROUP);
            replies = client.replies(4);
        }
        SessionRecord session = server.ended(number);
        Stream<String> writes = session.trains().stream().map(train -> "" + train.bytes());
        Stream<String> faults = server.faults.log().of(session.id()).stream()
                .map(fault -> fault.rule() + " " + fault.item() + " " + fault.done());
        return Stream.of(replies.stream(), writes, faults).flatMap(all -> all).toList();
    }
}
