// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import dev.boxcar.cli.Boxcar;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sub-commands of {@code spool}, on one that is in use. */
class SpoolCommandTest {
    private static final String FIRST =
            "Message-ID:\r\n <one@client.example>\r\nSubject: caf\u00e9\r\n\r\nFrom here\r\n>From there\r\nbare\rend";

    @TempDir
    Path directory;

    private Spool spool;
    private String firstId = "";
    private String secondId = "";
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void fill() throws Exception {
        spool = SegmentSpool.open(directory.resolve("spool"), SpoolOptions.DEFAULTS.withSync(Sync.NONE), e -> {});
        firstId = store("<\"a>b\"@c.example> SIZE=10", FIRST, "To: <c@d.example> NOTIFY=NEVER\n");
        secondId = store("<>", "Subject: two\r\n\r\ntwo\r\n", "To: <c@d.example>\nTo: <e@f.example>\n");
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    private String store(String from, String message, String to) throws Exception {
        var arrival = new SpoolSink(spool).begin(Runnable::run);
        byte[] bytes = message.getBytes(ISO_8859_1);
        arrival.write(bytes, 0, bytes.length);
        byte[] lines = ("Session: s1\nClient: 127.0.0.1:52344\nHelo: client.example\nProtocol: ESMTP\nFrom: " + from
                        + "\n" + to + "Received: 2026-11-02T09:30:00.123Z\n")
                .getBytes(UTF_8);
        var outcome = new CompletableFuture<CommitOutcome>();
        arrival.commit(Envelope.of(lines, lines.length), outcome::complete);
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
        return arrival.id();
    }

    private int run(String... arguments) {
        var line = new ArrayList<>(List.of(arguments));
        line.add(1, "--spool=" + directory.resolve("spool"));
        return execute(line.toArray(new String[0]));
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var whole = new ArrayList<>(List.of("spool"));
        whole.addAll(List.of(arguments));
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), whole.toArray(String[]::new));
        out.write(outcome.out());
        err.write(outcome.err());
        return outcome.status();
    }

    /** Runs a command and returns the bytes on standard output. */
    private byte[] bytes(String... arguments) {
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            assertThat(run(arguments)).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toByteArray();
    }

    @Test
    void lsListsMessagesInOrder() {
        assertThat(run("ls")).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith(firstId).endsWith("<\"a>b\"@c.example>  <c@d.example>");
        assertThat(lines.get(1)).startsWith(secondId).endsWith("<>  <c@d.example>,<e@f.example>");
    }

    @Test
    void lsPrintsOneJsonObjectPerLine() throws IOException {
        assertThat(run("ls", "--json")).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1))
                .startsWith("{\"id\":\"" + secondId + "\",\"sequence\":2,\"octets\":21,")
                .contains("\"To\":[\"<c@d.example>\",\"<e@f.example>\"]");
        try (var parser = new JsonFactory().createParser(lines.get(0))) {
            JsonToken last = null;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                last = token;
            }
            assertThat(last).isEqualTo(JsonToken.END_OBJECT);
        }
    }

    @Test
    void catWritesTheExactBytes() {
        assertThat(bytes("cat", firstId)).isEqualTo(FIRST.getBytes(ISO_8859_1));
        assertThat(bytes("cat", firstId.toLowerCase(java.util.Locale.ROOT))).isEqualTo(FIRST.getBytes(ISO_8859_1));
        assertThat(bytes("cat", "--message-id", "one@client.example")).isEqualTo(FIRST.getBytes(ISO_8859_1));
        assertThat(bytes("cat", "--message-id", "<one@client.example>")).isEqualTo(FIRST.getBytes(ISO_8859_1));
    }

    @Test
    void traceAddsTheFieldsThatAServerAdds() {
        assertThat(new String(bytes("cat", "--trace", firstId), ISO_8859_1))
                .isEqualTo("Return-Path: <\"a>b\"@c.example>\r\n"
                        + "Received: from client.example ([127.0.0.1])\r\n"
                        + "\tby boxcar with ESMTP id " + firstId + "\r\n\tfor <c@d.example>;\r\n"
                        + "\tMon, 2 Nov 2026 09:30:00 +0000\r\n" + FIRST);
    }

    @Test
    void catReportsAnUnknownMessageInOneLine() {
        assertThat(run("cat", "01KAM3Z6T8Q0B5X9V7W2N4C6DE")).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("no message 01KAM3Z6T8Q0B5X9V7W2N4C6DE");
    }

    @Test
    void exportsInThreeFormats() throws IOException {
        Path to = directory.resolve("export");
        assertThat(run("export", to.toString())).isZero();
        assertThat(Files.readAllBytes(to.resolve(firstId + ".eml"))).isEqualTo(FIRST.getBytes(ISO_8859_1));
        assertThat(out.toString()).startsWith("2 messages exported");

        assertThat(run("export", "--format=mbox", to.toString())).isZero();
        assertThat(Files.readString(to.resolve("mbox"), ISO_8859_1)).isEqualTo("""
                        From "ab"@c.example Mon Nov  2 09:30:00 2026
                        Message-ID:
                         <one@client.example>
                        Subject: caf\u00e9

                        >From here
                        >>From there
                        bare\rend

                        From MAILER-DAEMON Mon Nov  2 09:30:00 2026
                        Subject: two

                        two

                        """);

        assertThat(run("export", "--format=maildir", to.toString())).isZero();
        try (var files = Files.list(to.resolve("new"))) {
            assertThat(files).hasSize(2);
        }
        assertThat(to.resolve("tmp")).isEmptyDirectory();
        assertThat(to.resolve("cur")).isEmptyDirectory();
    }

    @Test
    void verifyReportsWhatIsDamagedWhere() throws IOException {
        assertThat(run("verify")).isZero();
        assertThat(out.toString().strip()).isEqualTo("1 segments, 2 sound records, 0 damaged places");
        flipFirstBody();
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out.toString()).contains("bytes 0 to ").contains("MESSAGE " + firstId + " (sequence 1)");
        assertThat(run("verify", "--json")).isEqualTo(1);
        assertThat(out.toString()).startsWith("{\"segments\":1,\"records\":1,");
        assertThat(run("cat", firstId)).isEqualTo(1);
        assertThat(err.toString()).contains("is damaged on disk");
    }

    @Test
    void verifyCatAndExportReportADamagedLargeMessage() throws Exception {
        spool.close();
        spool = SegmentSpool.open(
                directory.resolve("spool"),
                SpoolOptions.DEFAULTS.withSync(Sync.NONE).withBlobBytes(1_000),
                e -> {});
        String large = store("<a@b.example>", "Subject: large\r\n\r\n" + "x".repeat(5_000), "To: <c@d.example>\n");
        assertThat(run("verify")).isZero();
        Path blob = directory.resolve("spool/blob/" + large.substring(24) + "/" + large + ".eml");
        byte[] bytes = Files.readAllBytes(blob);
        bytes[2_500] ^= 1;
        Files.write(blob, bytes);
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out.toString()).contains("the file of " + large + " is missing or damaged: " + blob);
        assertThat(run("cat", large)).isEqualTo(1);
        assertThat(err.toString()).contains("message " + large + " is damaged on disk");
        Path to = directory.resolve("to");
        assertThat(run("export", to.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("message " + large + " is damaged on disk and was exported as it is");
        assertThat(out.toString()).contains("3 messages exported");
        assertThat(to.resolve(large + ".eml")).hasBinaryContent(bytes);
        assertThat(to.resolve(firstId + ".eml")).content(ISO_8859_1).isEqualTo(FIRST);
        assertThat(run("ls")).isZero();
        assertThat(out.toString()).contains(firstId, secondId, large);
    }

    private Path segment() throws IOException {
        try (var files = Files.list(directory.resolve("spool/segment"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private void flipFirstBody() throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        String text = new String(bytes, ISO_8859_1);
        bytes[text.indexOf("From here")] ^= 1;
        Files.write(segment(), bytes);
    }

    @Test
    void dumpShowsRecordsAsText() throws IOException {
        assertThat(run("dump", segment().toString())).isZero();
        assertThat(out.toString())
                .startsWith("0: @boxcar1 MESSAGE " + firstId)
                .contains("    From: <\"a>b\"@c.example> SIZE=10\n")
                .contains("    (21 bytes of message)");
        assertThat(run("dump", "nothing.seg")).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("there is no segment nothing.seg");
    }

    @Test
    void exitsWithTwoForInvalidOptionsAndOneForAMissingSpool() {
        assertThat(run("ls", "--wrong")).isEqualTo(2);
        assertThat(run("export", "--format=zip", "x")).isEqualTo(2);
        assertThat(execute()).isEqualTo(2);
        assertThat(run("cat")).isEqualTo(2);
        assertThat(execute("ls", "--spool=" + directory.resolve("none"))).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().startsWith("boxcar: there is no spool ");
    }

    @Test
    void escapesCharactersThatControlATerminal() {
        assertThat(TerminalText.of("a\u009bb\u202ec\u0085\u001b\r\n\td\u00e9"))
                .isEqualTo("a\\u009bb\\u202ec\\u0085\\u001b\\r\\n\td\u00e9");
    }
}
