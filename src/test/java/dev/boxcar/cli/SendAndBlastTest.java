// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code send} and {@code blast} against our own server. */
@Timeout(120)
class SendAndBlastTest {
    @TempDir
    Path directory;

    private SmtpServer server;
    private Spool spool;
    private String address;

    @BeforeEach
    void start() throws IOException {
        spool = new MemorySpool(64 << 20);
        server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS), Ports.of(new SpoolSink(spool)));
        address = "127.0.0.1:" + server.listen("127.0.0.1", 0).get(0).getPort();
    }

    @AfterEach
    void stop() throws Exception {
        server.shutdown(Duration.ofSeconds(1));
        spool.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lockstep", "pipelined", "train", "bdat"})
    void sendsAMessageAndPrintsALinePerRecipient(String mode) throws Exception {
        Path file = Files.writeString(directory.resolve("m.eml"), "Subject: x\n\n.dot\n");
        Boxcar.Outcome outcome = Boxcar.run(
                Map.of(),
                "send",
                "--from",
                "a@a.example",
                "--to",
                "b@b.example",
                "--to",
                "<c@c.example>",
                "--file",
                file.toString(),
                "--mode",
                mode,
                address);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out().lines().toList()).hasSize(2);
        assertThat(outcome.out().lines().toList().get(0)).startsWith("<b@b.example> accepted: 250 2.0.0 ");
        assertThat(outcome.out().lines().toList().get(1)).startsWith("<c@c.example> accepted: 250 2.0.0 ");
        assertThat(spool.statistics().messages()).isEqualTo(1);
    }

    @Test
    void exitsWithStatusOneIfThereIsNoServer() {
        Boxcar.Outcome outcome =
                Boxcar.run(Map.of(), "send", "--from", "<>", "--to", "b@b.example", "--body", "x", "127.0.0.1:1");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).startsWith("<b@b.example> deferred: ").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--from no-address --to b@b.example --body x, --from: invalid address 'no-address'",
        "--from <> --to b@b.example --body x --mode fast, --mode: invalid mode 'fast'",
        "--from <> --to b@b.example, --file: needs",
        "--from <> --body x, --to: needs",
        "--from <> --to b@b.example --file /no/such/file, /no/such/file: no such file"
    })
    void reportsAnInvalidOptionInOneLine(String options, String error) {
        String[] words = ("send " + options + " " + address).split(" ");
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), words);
        assertThat(outcome.err()).startsWith("boxcar: " + error).hasLineCount(1);
        assertThat(outcome.status()).isEqualTo(error.endsWith("/no/such/file: no such file") ? 1 : 2);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void neverShowsThePassword() {
        Boxcar.Outcome outcome = Boxcar.run(
                Map.of("BOXCAR_PASSWORD", "sesame"),
                "send",
                "--from",
                "<>",
                "--to",
                "b@b.example",
                "--body",
                "x",
                "--auth",
                "ann",
                address);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).contains("clear text").doesNotContain("sesame");
        assertThat(outcome.err()).doesNotContain("sesame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lockstep", "pipelined", "train"})
    void blastEndsWithAJsonObject(String mode) {
        Boxcar.Outcome outcome = Boxcar.run(
                Map.of(),
                "blast",
                "--connections",
                "3",
                "--messages",
                "40",
                "--rcpts",
                "2",
                "--size",
                "2KiB",
                "--mode",
                mode,
                address);
        assertThat(outcome.status()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.get(lines.size() - 1))
                .startsWith("{\"messages\":40,\"seconds\":")
                .contains(
                        "\"errors\":0",
                        "\"octets\":81920",
                        "\"p50\":",
                        "\"p99\":",
                        "\"p99.9\":",
                        "\"max\":",
                        "\"rate\":")
                .endsWith("}");
        assertThat(spool.statistics().messages()).isEqualTo(40);
    }

    @Test
    void blastReportsErrorsAndExitsWithStatusOne() {
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "blast", "--messages", "5", "127.0.0.1:1");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("errors, the first: ");
        assertThat(outcome.out()).contains("\"messages\":0", "\"first_error\":");
    }

    @Test
    void aTextMessageHasAHeaderAndCrlf() {
        var to = List.of(dev.boxcar.smtp.path.ForwardPath.parse("<b@b.example>"));
        var from = dev.boxcar.smtp.path.ReversePath.parse("<a@a.example>");
        var now = ZonedDateTime.of(2026, 11, 2, 3, 4, 5, 0, ZoneOffset.UTC);
        String text = new String(TextMessage.of(from, to, "h.example", "Grüße", "one\ntwo\r\n", now), UTF_8);
        assertThat(text)
                .startsWith(
                        "From: a@a.example\r\nTo: b@b.example\r\nDate: Mon, 2 Nov 2026 03:04:05 +0000\r\nMessage-ID: <")
                .contains("\r\nSubject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n")
                .endsWith("\r\n\r\none\r\ntwo\r\n");
    }
}
