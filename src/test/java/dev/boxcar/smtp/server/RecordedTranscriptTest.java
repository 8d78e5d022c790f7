// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.clients.SocketClient;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.transcript.TranscriptExport;
import dev.boxcar.record.transcript.TranscriptExport.Texts;
import dev.boxcar.record.transcript.UnexportableSessionException;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorded session becomes a transcript that the project's own player plays in every delivery. */
class RecordedTranscriptTest {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";

    @TempDir
    private Path directory;

    private final Recorder recorder = Recorder.withInput(20_000, 1024 * 1024);
    private SmtpServer server;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        start(recorder);
    }

    private void start(Recorder listener) throws IOException {
        var tls = new TlsOffer(TlsOffer.Need.OPTIONAL);
        tls.ready(TlsSettings.server(TlsClient.CONTEXT));
        AuthenticationOptions authentication = AuthenticationOptions.by(SingleUser.of("tim:tanstaaf"));
        Ports ports = Ports.of(new RecordingSink())
                .withListeners(listener)
                .withTls(tls)
                .withAuthentication(authentication.allowedInClear());
        server = SmtpServer.start(new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS), ports);
        address = server.listen("127.0.0.1", 0).get(0);
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdown(Duration.ofSeconds(1));
    }

    private SessionRecord last() {
        String id = recorder.sessions().get(recorder.sessions().size() - 1);
        return await().until(() -> Objects.requireNonNull(recorder.find(id)), SessionRecord::ended);
    }

    private String export() throws UnexportableSessionException {
        SessionRecord session = last();
        return TranscriptExport.of(session, recorder.input(session.id()), Texts.CODES);
    }

    /** Plays it in every delivery, the recorded one included. */
    private void assertPlays(String transcript) throws IOException {
        Path file = Files.writeString(directory.resolve("recorded.smtp"), transcript);
        assertThat(Delivery.of(Transcript.read(file))).contains(Delivery.RECORDED);
        for (Delivery delivery : Delivery.of(Transcript.read(file)).toList()) {
            new Player(Transcript.read(file), delivery).play();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void aPipelinedSessionKeepsItsSegments() throws Exception {
        try (var client = SocketClient.greeted(address)) {
            client.send(GROUP);
            client.replies(3);
            client.send("Subject: caf\u00e9\r\n\r\n..dot\ttab \\ \r\n.\r\nQUIT\r\n");
            client.replies(2);
        }
        String transcript = export();
        assertThat(transcript.lines().map(line -> line.replaceFirst(" after=.*", "")))
                .containsSubsequence(
                        "S: 220 *",
                        "SEGMENT",
                        "C: EHLO client.example",
                        "S+ 250",
                        "SEGMENT",
                        "C: MAIL FROM:<a@example.com>",
                        "S: 250 2.1.0 *",
                        "C: RCPT TO:<b@example.com>",
                        "S: 250 2.1.5 *",
                        "C: DATA",
                        "S: 354 *",
                        "SEGMENT",
                        "C\\ Subject: caf\\xc3\\xa9\\r\\n",
                        "C:",
                        "C\\ ..dot\\ttab \\\\ \\r\\n",
                        "C: .",
                        "S: 250 2.0.0 *",
                        "C: QUIT",
                        "S: 221 2.0.0 *",
                        "S END");
        assertPlays(transcript);
    }

    @Test
    void aLineThatCameInTwoSegmentsAndASegmentSentTooEarlyStaySo() throws Exception {
        try (var client = SocketClient.greeted(address)) {
            client.send("NO");
            await().until(() -> first().reads().size() == 2);
            client.send("OP\r\nRS");
            client.reply();
            client.send("ET\r\nQUIT\r\n");
            client.replies(2);
        }
        String transcript = export();
        assertThat(transcript.lines().map(line -> line.replaceFirst(" after=.*", "")))
                .containsSubsequence(
                        "SEGMENT", "C\\ NO", "SEGMENT", "C: OP", "S: 250 2.0.0 *", "C\\ RS", "SEGMENT", "C: ET");
        assertPlays(transcript);
    }

    private SessionRecord first() {
        return Objects.requireNonNull(recorder.find(recorder.sessions().get(0)));
    }

    @Test
    void chunksOfAnyBytesAreKept() throws Exception {
        try (var client = SocketClient.greeted(address)) {
            client.send(
                    "MAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<b@example.com>\r\nBDAT 4\r\n\0\r\n\u007fBDAT 0 LAST\r\nQUIT\r\n");
            client.replies(5);
        }
        String transcript = export();
        assertThat(transcript).contains("C: BDAT 4\nC\\ \\0\\r\\n\nC\\ \\x7f\nS: 250 2.0.0 *\n");
        assertPlays(transcript);
    }

    @Test
    void aSessionInTlsPlaysItsHandshake() throws Exception {
        try (var plain = new Socket(address.getAddress(), address.getPort())) {
            plain.setSoTimeout(10_000);
            exchange(plain, "", 1);
            exchange(plain, "EHLO client.example\r\n", 99);
            exchange(plain, "STARTTLS\r\n", 1);
            var tls = (SSLSocket) TlsClient.CONTEXT.getSocketFactory().createSocket(plain, "localhost", 25, true);
            exchange(tls, "EHLO client.example\r\n", 99);
            exchange(tls, "QUIT\r\n", 1);
            tls.close();
        }
        String transcript = export();
        assertThat(transcript).contains("TLS OFFERED\n", "C: STARTTLS\nS: 220 2.0.0 *\nTLS\nSEGMENT");
        assertPlays(transcript);
    }

    /** Sends a text and reads one line, or up to the line that ends the reply. */
    private static void exchange(Socket socket, String text, int lines) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        var line = new StringBuilder();
        for (int left = lines; left > 0; ) {
            int b = socket.getInputStream().read();
            assertThat(b).as("closed").isNotNegative();
            line.append((char) b);
            if (b == '\n') {
                left = line.charAt(3) == ' ' ? 0 : left - 1;
                line.setLength(0);
            }
        }
    }

    @Test
    void secretsOfAuthAreReplaced() throws Exception {
        String right = base64("\0tim\0tanstaaf");
        String wrong = base64("\0tim\0guess");
        try (var client = SocketClient.greeted(address)) {
            assertThat(client.ask("AUTH PLAIN " + wrong)).startsWith("535");
            assertThat(client.ask("AUTH LOGIN")).startsWith("334");
            assertThat(client.ask(base64("tim"))).startsWith("334");
            assertThat(client.ask("*")).startsWith("501");
            assertThat(client.ask("AUTH CRAM-MD5X " + right)).startsWith("504");
            assertThat(client.ask("AUTH PLAIN")).startsWith("334");
            assertThat(client.ask(right)).startsWith("235");
            client.send("QUIT\r\n");
            client.reply();
        }
        String transcript = export();
        assertThat(transcript)
                .contains("AUTH boxcar:secret clear\n", "C: AUTH LOGIN\n", "C: *\nS: 501")
                .doesNotContain(right, wrong, base64("tim"));
        assertThat(new String(
                        Objects.requireNonNull(recorder.input(last().id())).bytes(), UTF_8))
                .as("in memory, too")
                .doesNotContain(right, wrong, base64("tim"));
        assertPlays(transcript);
    }

    @Test
    void aMechanismThatCannotBeReplayedIsRefused() throws Exception {
        try (var client = SocketClient.greeted(address)) {
            assertThat(client.ask("AUTH CRAM-MD5")).startsWith("334");
            assertThat(client.ask(base64("tim " + "0".repeat(32)))).startsWith("535");
        }
        assertThatThrownBy(this::export).hasMessageContaining("CRAM-MD5, which cannot be replayed");
    }

    @Test
    void aMessageThatWasCutIsExportedAsFarAsItCameButNoUnfinishedCommand() throws Exception {
        try (var client = SocketClient.greeted(address)) {
            client.send(GROUP);
            client.replies(3);
            client.send("half a line");
        }
        String cut = export();
        assertThat(cut).endsWith("C\\ half a line\n");
        assertPlays(cut);
        try (var client = SocketClient.greeted(address)) {
            client.send("AUTH PLAIN c2Vj");
        }
        assertThat(export()).doesNotContain("c2Vj").contains("# The client sent 15 more bytes");
    }

    @Test
    void whatIsNotThereIsNotExported() throws Exception {
        try (var client = SocketClient.greeted(address)) {
            String id = recorder.sessions().get(0);
            SessionRecord open = Objects.requireNonNull(recorder.find(id));
            assertThatThrownBy(() -> TranscriptExport.of(open, recorder.input(id), Texts.CODES))
                    .hasMessageContaining("still open");
            client.send(GROUP);
            client.replies(3);
            client.send("x".repeat(30_000) + "\r\n.\r\n");
            client.reply();
        }
        assertThatThrownBy(this::export).hasMessageContaining("of which this server kept 20000");
        assertThatThrownBy(() -> TranscriptExport.of(last(), null, Texts.CODES))
                .hasMessageContaining("start it with --record-input");
    }

    @Test
    void textsAreExportedOnDemand() throws Exception {
        try (var client = SocketClient.greeted(address)) {
            client.ask("QUIT");
        }
        SessionRecord session = last();
        assertThat(TranscriptExport.of(session, recorder.input(session.id()), Texts.COMPLETE))
                .contains("S: 220 mx.example ", "\nS: 221 2.0.0 mx.example");
    }
}
