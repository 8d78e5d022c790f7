// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.cli.FailingSink;
import dev.boxcar.clients.SocketClient;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program when the system fails: a disk error at a force, or no file descriptors. */
@Timeout(180)
class FaultIT {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";

    private static final int DESCRIPTORS = 100;

    @TempDir
    Path directory;

    private static boolean works(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // the program is not installed
        }
    }

    /**
     * The first fdatasync fails with EIO. On Linux a second one would succeed, but would not prove that the data is
     * safe.
     */
    @Test
    void aFailedForceReplies451ToAllWaitingClientsAndExitsWith74() throws Exception {
        assumeThat(works("strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fdatasync", "true"))
                .as("strace is installed and may trace (it makes the system call fail)")
                .isTrue();
        Path spool = directory.resolve("spool");
        SegmentSpool.open(spool, SpoolOptions.DEFAULTS, e -> {}).close(); // so that no force for a new spool is left
        var strace = List.of(
                "strace",
                "-f",
                "--seccomp-bpf",
                "-o",
                directory.resolve("calls").toString(),
                "-e",
                "trace=fdatasync",
                "-e",
                "inject=fdatasync:error=EIO:when=1");
        try (var program = ServerProcess.start(directory, strace, "--spool=spool", "--sync=group")) {
            var waiting = new ArrayList<SocketClient>();
            for (int i = 0; i < 4; i++) {
                SocketClient client = SocketClient.greeted(program.address());
                waiting.add(client);
                client.send(GROUP);
                assertThat(client.replies(3).get(2)).startsWith("354 ");
            }
            for (SocketClient client : waiting) {
                client.send("text\r\n.\r\n");
            }
            for (SocketClient client : waiting) {
                assertThat(client.reply()).startsWith("451 4.3.0 ");
                client.close();
            }
            assertThat(program.end()).isEqualTo(74);
            assertThat(program.errors()).contains("the spool has failed", "Input/output error");
        }
        assertThat(SpoolReader.verify(spool).problems()).isEmpty();
    }

    /** The same without strace: the sink's parts on a simulated disk. */
    @ParameterizedTest
    @CsvSource({".seg, 20", ".eml, 300000"})
    void aFailedForceOfAnyFileExitsWith74(String ending, int bytes) throws Exception {
        Path spool = directory.resolve("spool");
        try (var program = ServerProcess.start(directory, FailingSink.class, spool.toString(), ending)) {
            var waiting = new ArrayList<SocketClient>();
            for (int i = 0; i < 4; i++) {
                SocketClient client = SocketClient.greeted(program.address());
                waiting.add(client);
                client.send(GROUP);
                assertThat(client.replies(3).get(2)).startsWith("354 ");
            }
            for (SocketClient client : waiting) {
                client.send("0123456789012345678901234567890123456789\r\n".repeat(bytes / 42 + 1) + ".\r\n");
            }
            for (SocketClient client : waiting) {
                assertThat(client.reply()).startsWith("451 4.3.0 ");
                client.close();
            }
            assertThat(program.end()).isEqualTo(74);
        }
        try (var reader = SpoolReader.open(spool)) {
            assertThat(reader.ids()).hasSizeLessThanOrEqualTo(4);
        }
        SegmentSpool.open(spool, SpoolOptions.DEFAULTS, e -> {}).close(); // a new start succeeds
        assertThat(SpoolReader.verify(spool).problems()).isEmpty();
    }

    /**
     * A bit flips in the file of a large message while the program runs. The program does not serve that message as
     * intact, but serves everything else.
     */
    @Test
    void doesNotServeACorruptedLargeMessageButEverythingElse() throws Exception {
        Path spool = directory.resolve("spool");
        try (var program =
                ServerProcess.start(directory, List.of(), "--spool=spool", "--sync=none", "--blob-size=100000")) {
            var ids = new ArrayList<String>();
            for (int bytes : new int[] {300_000, 300_000, 100}) {
                try (SocketClient client = SocketClient.greeted(program.address())) {
                    client.send(GROUP);
                    assertThat(client.replies(3).get(2)).startsWith("354 ");
                    client.send("Subject: rot\r\n\r\n" + "0123456789\r\n".repeat(bytes / 12) + ".\r\n");
                    String reply = client.reply();
                    assertThat(reply).startsWith("250 2.0.0 ");
                    ids.add(reply.substring(reply.lastIndexOf(' ') + 1));
                }
            }
            String id = ids.get(0);
            Path blob = spool.resolve("blob").resolve(id.substring(24)).resolve(id + ".eml");
            try (var file = FileChannel.open(blob, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                var b = ByteBuffer.allocate(1);
                file.read(b, 150_000);
                b.put(0, (byte) (b.get(0) ^ 4)).rewind();
                file.write(b, 150_000);
            }
            URI api = program.web().resolve("api/boxcar/v1/messages/");
            assertThat(get(api.resolve("../messages")).body())
                    .contains("\"total\":3")
                    .contains(ids);
            assertThatThrownBy(() -> get(api.resolve(id + "/raw"))).isInstanceOf(IOException.class);
            assertThat(program.errors()).contains("event=rot", id);
            assertThat(get(api.resolve(ids.get(1) + "/raw")).body()).hasSizeGreaterThan(290_000);
            assertThat(get(api.resolve(ids.get(2) + "/raw")).body()).startsWith("Subject: rot");
            assertThat(program.isAlive()).isTrue();
        }
    }

    private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(uri.toString()).isEqualTo(200);
        return response;
    }

    /** Connections use up all descriptors, so that the first message finds none for its segment. */
    @Test
    void replies452WithoutFileDescriptorsAndRecovers() throws Exception {
        assumeThat(ServerProcess.isPackaged())
                .as("the jar exists (loading classes from a directory needs descriptors)")
                .isTrue();
        assumeThat(works("sh", "-c", "ulimit -n " + DESCRIPTORS))
                .as("a shell that can set limits exists")
                .isTrue();
        try (var program = ServerProcess.start(
                directory,
                List.of("sh", "-c", "ulimit -n " + DESCRIPTORS + "; exec \"$@\"", "sh"),
                "--spool=spool",
                "--sync=group",
                "--loops=1")) {
            program.web(); // the web port is open by now; without a descriptor for it the program would exit
            SocketClient first = SocketClient.greeted(program.address());
            var crowd = new ArrayList<SocketClient>();
            while (crowd.size() < DESCRIPTORS) {
                crowd.add(new SocketClient(program.address()));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> program.errors().contains("cannot accept connections for a moment"));
            first.send(GROUP);
            assertThat(first.replies(3).get(2)).startsWith("354 ");
            first.send("text\r\n.\r\n");
            assertThat(first.reply()).startsWith("452 4.3.1 ");
            assertThat(first.ask("NOOP")).startsWith("250 ");
            for (SocketClient client : crowd) {
                client.close();
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> first.ask("MAIL FROM:<a@example.com>").startsWith("250 "));
            first.send("RCPT TO:<b@example.com>\r\nDATA\r\n");
            assertThat(first.replies(2).get(1)).startsWith("354 ");
            first.send("text\r\n.\r\n");
            assertThat(first.reply()).startsWith("250 2.0.0 ");
            first.close();
            SocketClient.greeted(program.address()).close(); // connections are accepted again
            assertThat(program.isAlive()).isTrue();
        }
    }
}
