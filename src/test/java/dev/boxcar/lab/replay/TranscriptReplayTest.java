// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.boxcar.async.TestCertificates;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.clients.SocketClient;
import dev.boxcar.lab.replay.ReplayOptions.Pacing;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Read;
import dev.boxcar.record.transcript.Dialogue;
import dev.boxcar.record.transcript.DialogueReader;
import dev.boxcar.record.transcript.TranscriptExport;
import dev.boxcar.record.transcript.TranscriptExport.Texts;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transcript is played against a server, and the first difference is found. */
@Timeout(60)
class TranscriptReplayTest {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";

    private final Recorder recorder = Recorder.withInput(20_000, 1024 * 1024);
    private final MemorySpool spool = new MemorySpool(1024 * 1024);
    private SmtpServer server;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        var tls = new TlsOffer(TlsOffer.Need.OPTIONAL);
        tls.ready(TlsSettings.server(TestCertificates.localhost()));
        server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS),
                Ports.of(new SpoolSink(spool)).withListeners(recorder).withTls(tls));
        address = server.listen("127.0.0.1", 0).get(0);
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdown(Duration.ofSeconds(1));
        spool.close();
    }

    private static ReplayOptions options() {
        return ReplayOptions.DEFAULTS.withTls(TlsSettings.client(TestCertificates.localhost(), "localhost", 25)
                .withoutHostVerification());
    }

    private @Nullable ReplayDifference play(String transcript) throws IOException {
        return TranscriptReplay.play(DialogueReader.read(transcript), address, options());
    }

    private SessionRecord session(int index) {
        await().until(() -> recorder.sessions().size() > index);
        String id = recorder.sessions().get(index);
        return await().until(() -> Objects.requireNonNull(recorder.find(id)), SessionRecord::ended);
    }

    private String export(SessionRecord session) throws Exception {
        return TranscriptExport.of(session, recorder.input(session.id()), Texts.CODES);
    }

    private void recordSession() throws IOException {
        try (var client = SocketClient.greeted(address)) {
            client.send(GROUP);
            client.replies(3);
            client.send("Subject: x\r\n\r\n..\r\n.\r\n" + GROUP);
            client.replies(4);
            client.send(".\r\nQUIT\r\n");
            client.replies(2);
        }
    }

    @Test
    void theSameServerGivesTheSameRepliesToTheSameSegments() throws Exception {
        recordSession();
        String transcript = export(session(0));
        assertThat(play(transcript)).isNull();
        SessionRecord replayed = session(1);
        assertThat(replayed.reads())
                .extracting(Read::bytes)
                .containsExactlyElementsOf(
                        session(0).reads().stream().map(Read::bytes).toList());
        assertThat(replayed.reads())
                .extracting(Read::repliesLeft)
                .containsExactlyElementsOf(
                        session(0).reads().stream().map(Read::repliesLeft).toList());
        assertThat(export(replayed).lines().filter(line -> !line.matches("(#|SEGMENT).*")))
                .containsExactlyElementsOf(transcript
                        .lines()
                        .filter(line -> !line.matches("(#|SEGMENT).*"))
                        .toList());
    }

    @Test
    void aChangedReplyIsFoundWithItsPlace() throws Exception {
        recordSession();
        List<String> lines = export(session(0)).lines().toList();
        int place = lines.indexOf("S: 250 2.1.5 *");
        String changed = String.join("\n", lines).replaceFirst("250 2\\.1\\.5", "550 5.1.1");
        ReplayDifference difference = Objects.requireNonNull(play(changed));
        assertThat(difference.line()).isEqualTo(place + 1);
        assertThat(difference.expected()).isEqualTo("550 5.1.1 *");
        assertThat(difference.actual()).startsWith("250 2.1.5 ");
    }

    @Test
    void aReplyTooManyAndAReplyTooFewAreFound() throws Exception {
        assertThat(play("S+ 220\nSEGMENT\nC: NOOP\nC: NOOP\nS+ 250\n"))
                .isEqualTo(new ReplayDifference(5, "no further reply", "250 2.0.0 NOOP OK"));
        ReplayDifference missing = TranscriptReplay.play(
                DialogueReader.read("S+ 220\nC: NOOP\nS+ 250\nS+ 250\n"),
                address,
                options().withTimeout(Duration.ofMillis(200)));
        assertThat(missing).isEqualTo(new ReplayDifference(4, "250*", "nothing within 200 ms"));
    }

    @Test
    void aConnectionThatEndsTooEarlyOrNotAtAllIsADifference() throws Exception {
        assertThat(play("S+ 220\nC: QUIT\nS+ 221\nC: NOOP\nS+ 250\n"))
                .isEqualTo(new ReplayDifference(5, "250*", "the server closed the connection"));
        ReplayDifference open = TranscriptReplay.play(
                DialogueReader.read("S+ 220\nC: NOOP\nS+ 250\nS END\n"),
                address,
                options().withTimeout(Duration.ofMillis(200)));
        assertThat(open).isEqualTo(new ReplayDifference(2, "the end of the connection", "nothing within 200 ms"));
        assertThat(play("S+ 220\nC: QUIT\nS+ 221\n"))
                .isEqualTo(new ReplayDifference(2, "an open connection", "the server closed the connection"));
    }

    @Test
    void startTlsIsPlayed() throws Exception {
        assertThat(play("""
                        TLS OFFERED
                        S+ 220
                        C: EHLO a
                        S+ 250
                        C: STARTTLS
                        S+ 220
                        TLS
                        C: EHLO a
                        S+ 250
                        C: STARTTLS
                        S+ 503
                        C: QUIT
                        S+ 221
                        S END
                        """)).isNull();
        Dialogue dialogue = DialogueReader.read("S+ 220\nTLS\n");
        assertThatThrownBy(() -> TranscriptReplay.play(dialogue, address, ReplayOptions.DEFAULTS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("uses TLS");
    }

    @Test
    void pausesAreKeptOnDemand() throws Exception {
        Dialogue dialogue = DialogueReader.read("S+ 220\nSEGMENT after=800ms\nC: NOOP\nS+ 250\n");
        assertThat(TranscriptReplay.play(dialogue, address, options())).isNull();
        assertThat(TranscriptReplay.play(dialogue, address, options().withPacing(Pacing.AS_RECORDED)))
                .isNull();
        assertThat(session(0).reads().get(0).atMicros()).isLessThan(800_000);
        assertThat(session(1).reads().get(0).atMicros()).isGreaterThanOrEqualTo(799_000);
    }

    @Test
    void segmentsThatDidNotWaitAreSentWithoutWaiting() throws Exception {
        String transcript = """
                S+ 220
                SEGMENT
                C: EHLO a
                S+ 250
                C\\ NO
                SEGMENT owed=1 after=100ms
                C: OP
                S+ 250
                C\\ NO
                SEGMENT owed=1 after=100ms
                C\\ O
                SEGMENT after=100ms
                C: P
                S+ 250
                """;
        assertThat(TranscriptReplay.play(
                        DialogueReader.read(transcript), address, options().withPacing(Pacing.AS_RECORDED)))
                .isNull();
        assertThat(session(0).reads()).extracting(Read::bytes).containsExactly(10L, 6L, 1L, 3L);
    }

    @Test
    void aServerThatReadsNothingEndsTheReplay() throws Exception {
        try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Socket> accepted = CompletableFuture.supplyAsync(() -> accept(deaf));
            var at = new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort());
            ReplayDifference difference = TranscriptReplay.play(
                    DialogueReader.read("SEGMENT\nC\\* 1000000 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nS+ 500\n"),
                    at,
                    options().withTimeout(Duration.ofMillis(300)));
            assertThat(difference).isEqualTo(new ReplayDifference(3, "500*", "nothing within 300 ms"));
            accepted.get().close();
        }
    }

    private static Socket accept(ServerSocket listening) {
        try {
            return listening.accept();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aServerThatIsNotThereIsAnError() throws Exception {
        int port;
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        Dialogue dialogue = DialogueReader.read("S+ 220\n");
        var nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        assertThatThrownBy(() -> TranscriptReplay.play(dialogue, nowhere, options()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1")
                .hasMessageContaining("refused");
    }

    @Test
    void theProjectsOwnTranscriptsPlayAgainstARunningServer() throws Exception {
        for (String name : List.of(
                "recorded/a-client-that-splits-its-lines-is-answered-in-order.smtp",
                "sequence/data-needs-a-recipient.smtp")) {
            Path file = Path.of(Objects.requireNonNull(getClass().getResource("/transcripts/" + name))
                    .toURI());
            assertThat(play(Files.readString(file, UTF_8))).as(name).isNull();
        }
    }

    @Test
    void aMistakeInATranscriptIsNamedWithItsLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DialogueReader.read("S+ 220\nX: NOOP\n"))
                .withMessage("2: unknown directive X:");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DialogueReader.read("SEGMENT owed=x\n"))
                .withMessageStartingWith("1: invalid number 'x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DialogueReader.read("SEGMENT later\n"))
                .withMessageStartingWith("1: invalid SEGMENT 'later'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DialogueReader.read("C\\ \\q\n"))
                .withMessage("1: unknown escape \\q");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DialogueReader.read("S+ 220\nSINK HOLDS\n"))
                .withMessageStartingWith("2: SINK HOLDS controls the server of the project's tests");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DialogueReader.read("C* 3 NOOP\nS* 4 250\n"))
                .withMessage("2: fewer than 4 lines were sent");
    }

    @Test
    void repliesToRepeatedLinesBelongToEachOfThem() {
        Dialogue dialogue = DialogueReader.read("C* 3 RCPT TO:<r%d@example.com>\nS* 2 250 *\n");
        assertThat(dialogue.moves()).extracting(move -> move.expected().size()).containsExactly(0, 0, 1, 1);
        assertThat(new String(dialogue.moves().get(3).bytes(), UTF_8)).isEqualTo("RCPT TO:<r3@example.com>\r\n");
    }

    @Test
    void aStarMatchesAnyText() {
        var pattern = new Dialogue.Expected(1, "250 *a*c", false);
        assertThat(List.of("250 ac", "250 aaac c", "250 xabc")).allMatch(pattern::matches);
        assertThat(List.of("250 a", "250 acx", "251 ac", "250 ca")).noneMatch(pattern::matches);
        assertThat(new Dialogue.Expected(1, "250*", true).matches("250")).isTrue();
    }
}
