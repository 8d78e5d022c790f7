// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.web.SinkFixture;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code boxcar lab record} and {@code boxcar lab replay}, with a sink that runs. */
@Timeout(120)
class TranscriptCommandsTest {
    private static final Pattern SESSION = Pattern.compile("\"session\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern STORED = Pattern.compile("250 2\\.0\\.0 .*");

    @TempDir
    private Path directory;

    /** The name of the session that sent the last message. */
    private static String sessionOfLastMessage(String web) throws IOException {
        try (InputStream in =
                URI.create(web + "api/boxcar/v1/messages/latest").toURL().openStream()) {
            Matcher session = SESSION.matcher(new String(in.readAllBytes(), UTF_8));
            assertThat(session.find()).isTrue();
            return session.group(1);
        }
    }

    private static String newestSession(String web) throws IOException {
        try (InputStream in =
                URI.create(web + "/api/boxcar/v1/sessions").toURL().openStream()) {
            Matcher id = ID.matcher(new String(in.readAllBytes(), UTF_8));
            String newest = "";
            while (id.find()) {
                newest = id.group(1);
            }
            return newest;
        }
    }

    @Test
    void aSessionIsExportedAndReplayedAgainstTheSameServer() throws Exception {
        try (SinkFixture sink = SinkFixture.recorded()) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), sink.smtpPort());
            try (var client = SocketClient.greeted(address)) {
                client.send("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n");
                client.replies(3);
                client.send("Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n");
                assertThat(client.reply()).matches(STORED);
                client.rest();
            }
            String session = sessionOfLastMessage(sink.base() + "/");
            Path file = directory.resolve("session.smtp");
            var record =
                    Boxcar.run(Map.of(), "lab", "record", "--url", sink.base(), "--output", file.toString(), session);
            assertThat(record).isEqualTo(new Boxcar.Outcome(0, "", ""));
            assertThat(Files.readString(file)).contains("C: MAIL FROM:<a@example.com>\nS: 250 2.1.0 *\n");

            String server = "127.0.0.1:" + sink.smtpPort();
            assertThat(Boxcar.run(Map.of(), "lab", "replay", file.toString(), server))
                    .isEqualTo(new Boxcar.Outcome(0, "", ""));
            assertThat(Boxcar.run(Map.of(), "lab", "replay", "--timed", file.toString(), server)
                            .status())
                    .isZero();

            Files.writeString(file, Files.readString(file).replace("S: 250 2.1.5 *", "S: 550 *"));
            int line = Files.readAllLines(file).indexOf("S: 550 *") + 1;
            var changed = Boxcar.run(Map.of(), "lab", "replay", file.toString(), server);
            assertThat(changed.status()).isEqualTo(1);
            assertThat(changed.out())
                    .startsWith(file + ":" + line + ": expected 550 *\n")
                    .contains(" received 250 2.1.5 ");

            try (var open = SocketClient.greeted(address)) {
                String id = newestSession(sink.base());
                var early = Boxcar.run(Map.of(), "lab", "record", "--url", sink.base(), id);
                assertThat(early.status()).isEqualTo(1);
                assertThat(early.err())
                        .contains("is still open: export it after it has ended")
                        .hasLineCount(1);
                assertThat(open.ask("QUIT")).startsWith("221");
            }

            var unknown = Boxcar.run(Map.of(), "lab", "record", "--url", sink.base(), "nothing");
            assertThat(unknown.status()).isEqualTo(1);
            assertThat(unknown.err()).contains("no recording of this session").hasLineCount(1);
        }
        var nobody = Boxcar.run(Map.of(), "lab", "record", "--url", "http://127.0.0.1:1/", "x");
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(nobody.err()).contains("no lab or sink is listening there").hasLineCount(1);
    }

    @Test
    void aFileThatIsMissingOrEmptyIsOneLine() throws Exception {
        Path file = directory.resolve("bug.smtp");
        var missing = Boxcar.run(Map.of(), "lab", "replay", file.toString(), "127.0.0.1:1");
        assertThat(missing).isEqualTo(new Boxcar.Outcome(1, "", "boxcar: " + file + ": no such file\n"));
        Files.writeString(file, "# nothing\n");
        var empty = Boxcar.run(Map.of(), "lab", "replay", file.toString(), "127.0.0.1:1");
        assertThat(empty)
                .isEqualTo(new Boxcar.Outcome(
                        2, "", "boxcar: " + file + ":1: the transcript has no commands and no replies\n"));
    }
}
