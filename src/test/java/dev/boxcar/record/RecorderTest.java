// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import dev.boxcar.record.SessionRecord.RecordedReply;
import dev.boxcar.record.SessionRecord.Train;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A recording shows the commands, replies, flights, trains and round trips of a session. */
@SuppressWarnings("EnumOrdinal") // as in the recording
class RecorderTest {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";

    private final Recorder recorder = new Recorder(1024 * 1024);
    private MemorySpool spool;
    private SmtpServer server;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        start(recorder);
    }

    private void start(Recorder listener) throws IOException {
        spool = new MemorySpool(1024 * 1024);
        server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS),
                Ports.of(new SpoolSink(spool)).withListeners(listener));
        address = server.listen("127.0.0.1", 0).get(0);
    }

    @AfterEach
    void stop() throws Exception {
        server.shutdown(Duration.ofSeconds(1));
        spool.close();
    }

    /** A client that sends and waits as the test says. */
    private final class TestClient implements AutoCloseable {
        private final Socket socket = new Socket(address.getAddress(), address.getPort());
        private final InputStream input = socket.getInputStream();

        TestClient() throws IOException {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
        }

        TestClient send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            return this;
        }

        /** Waits for this many replies. */
        TestClient replies(int number) throws IOException {
            for (int left = number; left > 0; ) {
                var line = new StringBuilder();
                for (int b = input.read(); b != '\n'; b = input.read()) {
                    assertThat(b).as("the server closed the connection").isNotNegative();
                    line.append((char) b);
                }
                left -= line.charAt(3) == ' ' ? 1 : 0;
            }
            return this;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private SessionRecord last() {
        String id = recorder.sessions().get(recorder.sessions().size() - 1);
        return await().until(() -> find(id), SessionRecord::ended);
    }

    private SessionRecord find(String id) {
        return Objects.requireNonNull(recorder.find(id));
    }

    @Test
    void aLockStepClientTakesARoundTripPerCommand() throws IOException {
        try (var client = new TestClient()) {
            client.replies(1).send("EHLO client.example\r\n").replies(1);
            for (String command : GROUP.split("(?<=\n)", -1)) {
                if (!command.isEmpty()) {
                    client.send(command).replies(1);
                }
            }
            client.send("text\r\n.\r\n").replies(1).send("QUIT\r\n").replies(1);
        }
        SessionRecord record = last();
        assertThat(record.flights()).hasSize(6);
        assertThat(record.roundTrips()).as("six commands").isEqualTo(6);
        assertThat(record.openingRoundTrips()).as("connect and banner").isEqualTo(2);
        assertThat(record.pipelined()).isFalse();
        assertThat(record.items()).extracting(Item::flight).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(record.trains()).extracting(Train::replies).containsExactly(1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void aPipelinedGroupIsOneFlightAndItsRepliesLeaveInOneWrite() throws IOException {
        try (var client = new TestClient()) {
            client.replies(1).send("EHLO client.example\r\n").replies(1);
            client.send(GROUP).replies(3);
            client.send("text\r\n.\r\n" + GROUP).replies(4);
            client.send("text\r\n.\r\nQUIT\r\n").replies(2);
        }
        SessionRecord record = last();
        assertThat(record.flights()).hasSize(4);
        assertThat(record.roundTrips()).isEqualTo(4);
        assertThat(record.pipelined()).isTrue();
        assertThat(record.items())
                .extracting(Item::kind)
                .containsExactly(
                        Kind.COMMAND,
                        Kind.COMMAND,
                        Kind.COMMAND,
                        Kind.COMMAND,
                        Kind.MESSAGE,
                        Kind.COMMAND,
                        Kind.COMMAND,
                        Kind.COMMAND,
                        Kind.MESSAGE,
                        Kind.COMMAND);
        assertThat(record.items()).extracting(Item::flight).containsExactly(0, 1, 1, 1, 2, 2, 2, 2, 3, 3);
        assertThat(record.replies().subList(2, 5))
                .extracting(RecordedReply::train)
                .containsOnly(2);
        assertThat(record.trains().get(2).replies()).isEqualTo(3);
    }

    @Test
    void recordsTextOffsetAndReplyOfEachItem() throws IOException {
        try (var client = new TestClient()) {
            client.replies(1)
                    .send("EHLO client.example\r\nNOOP\r\nN\0OP\r\nsecret words\r\nQUIT\r\n")
                    .replies(5);
        }
        SessionRecord record = last();
        assertThat(record.items())
                .extracting(Item::text)
                .containsExactly("EHLO client.example", "NOOP", "", "", "QUIT");
        assertThat(record.items()).extracting(Item::from).containsExactly(0L, 21L, 27L, 33L, 47L);
        assertThat(record.items()).extracting(Item::bytes).containsExactly(21L, 6L, 6L, 14L, 6L);
        assertThat(record.items()).extracting(Item::reply).containsExactly(1, 2, 3, 4, 5);
        assertThat(record.replies()).extracting(RecordedReply::code).containsExactly(220, 250, 250, 500, 500, 221);
        assertThat(record.replies()).allSatisfy(reply -> {
            assertThat(reply.leftMicros()).isGreaterThanOrEqualTo(reply.readyMicros());
            assertThat(reply.readyMicros()).isGreaterThanOrEqualTo(reply.queuedMicros());
        });
    }

    @Test
    void aCommandInterruptedByAWriteStaysInItsFlight() throws IOException {
        try (var client = new TestClient()) {
            client.replies(1)
                    .send("NOOP\r\nNO")
                    .replies(1)
                    .send("OP\r\n")
                    .replies(1)
                    .send("QUIT\r\n")
                    .replies(1);
        }
        SessionRecord record = last();
        assertThat(record.items()).extracting(Item::flight).containsExactly(0, 0, 1);
        assertThat(record.flights().get(0).reads()).isEqualTo(2);
        assertThat(record.pipelined()).isTrue();
    }

    @Test
    void aClientThatTalksBeforeTheBannerSavesARoundTrip() throws Exception {
        // over a real connection the order of banner and command is not certain, so the events are written here
        var eager = EventReader.read("s", "c", 0, true, 0, new byte[] {
            (byte) EventKind.READ.ordinal(),
            5,
            6,
            (byte) EventKind.QUEUED.ordinal(),
            0,
            0,
            0,
            (byte) EventKind.READY.ordinal(),
            0,
            0,
            10,
            3,
            '2',
            '2',
            '0',
            0,
            (byte) EventKind.WRITE.ordinal(),
            3,
            10
        });
        assertThat(eager.roundTrips()).isEqualTo(1);
        assertThat(eager.openingRoundTrips()).isEqualTo(1);
        assertThat(eager.replies().get(0).leftMicros()).isEqualTo(8);
    }

    @Test
    void aLongSessionIsRecordedUpToItsMaximum() throws IOException {
        try (var client = new TestClient()) {
            client.replies(1);
            for (int i = 0; i < 40; i++) {
                client.send("RSET\r\n".repeat(100) + "NOOP\r\n").replies(101);
            }
            client.send("QUIT\r\n").replies(1);
        }
        SessionRecord record = last();
        assertThat(record.droppedEvents()).isPositive();
        assertThat(record.items()).isNotEmpty();
        assertThat(recorder.bytes()).isLessThan(2L * EventLog.MAX_BYTES);
    }

    @Test
    void dropsTheOldestSessionsToMakeRoom() throws Exception {
        stop();
        var small = new Recorder(20_000);
        start(small);
        for (int i = 0; i < 60; i++) {
            try (var client = new TestClient()) {
                client.replies(1).send("EHLO client.example\r\nQUIT\r\n").replies(2);
            }
        }
        await().until(() -> server.openSessions() == 0);
        assertThat(small.droppedSessions()).isPositive();
        assertThat(small.newest(100, session -> true).sessions())
                .extracting(SessionSummary::id)
                .containsExactlyElementsOf(small.sessions());
        assertThat(small.bytes()).isLessThan(21_000);
        assertThat(small.sessions()).hasSizeBetween(10, 59);
        assertThat(small.find(small.sessions().get(0))).isNotNull();
    }

    @Test
    void openSessionsTogetherStayWithinTheMaximum() throws Exception {
        stop();
        var small = new Recorder(30_000);
        start(small);
        var open = new ArrayList<TestClient>();
        try {
            for (int i = 0; i < 40; i++) {
                open.add(new TestClient().replies(1));
            }
            for (int round = 0; round < 10; round++) {
                for (TestClient client : open) {
                    client.send("NOOP\r\n".repeat(20)).replies(20);
                }
            }
            assertThat(small.bytes())
                    .as("one recording may grow over the maximum")
                    .isBetween(30_000L, 34_096L);
            SessionRecord first =
                    Objects.requireNonNull(small.find(small.sessions().get(0)));
            assertThat(first.droppedEvents()).isPositive();
            assertThat(first.items()).isNotEmpty();
        } finally {
            for (TestClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void anOpenSessionIsRecordedWhileOthersAreDropped() throws Exception {
        stop();
        var small = new Recorder(20_000);
        start(small);
        try (var lasting = new TestClient()) {
            lasting.replies(1);
            for (int i = 0; i < 60; i++) {
                try (var client = new TestClient()) {
                    client.replies(1).send("EHLO client.example\r\nQUIT\r\n").replies(2);
                }
                lasting.send("NOOP\r\n").replies(1);
            }
            SessionRecord record =
                    Objects.requireNonNull(small.find(small.sessions().get(0)));
            assertThat(record.items()).hasSize(60);
            assertThat(record.droppedEvents()).isZero();
            assertThat(small.droppedSessions()).isPositive();
        }
    }

    @Test
    void skipsNewSessionsWhileOpenOnesTakeAllRoom() throws Exception {
        stop();
        var tiny = new Recorder(500);
        start(tiny);
        try (var one = new TestClient();
                var two = new TestClient()) {
            one.replies(1).send("NOOP\r\n").replies(1);
            two.replies(1);
            try (var three = new TestClient()) {
                three.replies(1);
                assertThat(tiny.skippedSessions()).isPositive();
            }
        }
    }

    @Test
    void ofAuthOnlyAKnownMechanismIsKept() throws IOException {
        try (var client = new TestClient()) {
            client.replies(1)
                    .send("EHLO client.example\r\nAUTH plain AHRpbQBzZWNyZXQ=\r\nAUTH EXTERNAL\r\nAUTH c2VjcmV0\r\n")
                    .send("QUIT\r\n")
                    .replies(5);
        }
        SessionRecord session = last();
        assertThat(session.items())
                .filteredOn(item -> "AUTH".equals(item.verb()))
                .extracting(item -> item.publicText() + (item.hidesSecret() ? " and more" : ""))
                .containsExactly("AUTH plain and more", "AUTH EXTERNAL", "AUTH and more");
    }
}
