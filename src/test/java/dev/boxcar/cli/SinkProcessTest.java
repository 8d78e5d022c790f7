// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sink as a process: its ready lines, its error messages, and how it ends. */
@Timeout(90)
class SinkProcessTest {
    private static final String READY = "[smtp] listening on 127.0.0.1:";

    @TempDir
    Path directory;

    @Test
    void printsWhereItListensAndEndsOnSigterm() throws Exception {
        try (var sink = Boxcar.start(directory, "--smtp", "127.0.0.1:0")) {
            assertThat(sink.line()).matches("\\[smtp] listening on 127\\.0\\.0\\.1:[1-9][0-9]*");

            Boxcar.Outcome end = sink.signal("TERM");

            assertThat(end.status()).isEqualTo(143);
            assertThat(end.out()).isEmpty();
            assertThat(end.err()).contains("started spool=mailspool sync=none", "stopping", "stopped");
            assertThat(directory.resolve("mailspool")).isDirectory();
        }
    }

    @Test
    void printsTheWebAddressAfterTheSmtpAddress() throws Exception {
        try (var sink =
                Boxcar.start(directory, "--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--spool", "memory")) {
            assertThat(sink.line()).startsWith(READY);
            String line = sink.line();
            assertThat(line).matches("\\[http] accessible via http://127\\.0\\.0\\.1:[1-9][0-9]*/");
            var address = URI.create(line.replace("[http] accessible via ", "") + "api/v1/info");
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).contains("\"Database\":\"memory\"");

            Boxcar.Outcome end = sink.signal("TERM");

            assertThat(end.status()).isEqualTo(143);
            assertThat(end.err()).contains("stopped").doesNotContain("WARN", "jetty");
        }
    }

    @Test
    void reportsAWebPortInUseInOneLine() throws Exception {
        try (var first =
                Boxcar.start(directory, "--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--spool", "memory")) {
            first.line();
            String address = first.line().replaceAll(".*//|/", "");
            try (var second =
                    Boxcar.start(directory, "--smtp", "127.0.0.1:0", "--http", address, "--spool", "memory")) {
                Boxcar.Outcome end = second.end();
                assertThat(end.status()).isEqualTo(1);
                assertThat(end.out()).isEmpty();
                assertThat(end.err())
                        .isEqualToIgnoringNewLines("boxcar: cannot listen on " + address + ": the port is in use");
            }
        }
    }

    @Test
    void endsOnControlC() throws Exception {
        assumeFalse(
                isInterruptIgnored(), "this run is a background job of a shell, so its child processes ignore Ctrl-C");
        try (var sink = Boxcar.start(directory, "sink", "--smtp", "127.0.0.1:0", "--spool", "memory")) {
            assertThat(sink.line()).startsWith(READY);
            assertThat(sink.signal("INT").status()).isEqualTo(130);
            assertThat(directory.resolve("memory")).doesNotExist();
        }
    }

    /** Whether this process was started with SIGINT ignored, which child processes inherit. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    @Test
    void reportsAPortInUseInOneLine() throws Exception {
        try (var first = Boxcar.start(directory, "--smtp", "127.0.0.1:0", "--spool", "memory")) {
            String address = first.line().replace("[smtp] listening on ", "");

            refused("cannot listen on " + address + ": the port is in use", "--smtp", address, "--spool", "memory");
        }
    }

    @Test
    void reportsASpoolInUseInOneLine() throws Exception {
        try (var first = Boxcar.start(directory, "--smtp", "127.0.0.1:0")) {
            assertThat(first.line()).startsWith(READY);

            refused("mailspool", "--smtp", "127.0.0.1:0");
        }
    }

    @Test
    void reportsAnImpossibleSpoolDirectoryInOneLine() throws Exception {
        Files.writeString(directory.resolve("file"), "a file");

        refused("file", "--smtp", "127.0.0.1:0", "--spool", "file");
        refused("file", "--smtp", "127.0.0.1:0", "--spool", "file/below");
    }

    @Test
    void reportsAnUnknownHostInOneLine() throws Exception {
        refused("no-such-host.invalid", "--smtp", "no-such-host.invalid:0", "--spool", "memory");
    }

    @Test
    void logsJsonIfConfigured() throws Exception {
        try (var sink = Boxcar.start(directory, "--smtp", "127.0.0.1:0", "--spool", "memory", "--log-format", "json")) {
            assertThat(sink.line()).startsWith(READY);
            Boxcar.Outcome end = sink.signal("TERM");

            assertThat(end.err().lines().toList()).isNotEmpty().allSatisfy(SinkProcessTest::isOneJsonObject);
        }
    }

    @Test
    void logsNothingAtLevelWarnIfNothingIsWrong() throws Exception {
        try (var sink = Boxcar.start(directory, "--smtp", "127.0.0.1:0", "--spool", "memory", "--log-level", "warn")) {
            assertThat(sink.line()).startsWith(READY);
            assertThat(sink.signal("TERM").err()).isEmpty();
        }
    }

    private void refused(String reason, String... arguments) throws IOException, InterruptedException {
        try (var sink = Boxcar.start(directory, arguments)) {
            Boxcar.Outcome end = sink.end();
            assertThat(end.status()).isEqualTo(1);
            assertThat(end.out()).isEmpty();
            assertThat(end.err().lines()).hasSize(1);
            assertThat(end.err()).startsWith("boxcar: ").contains(reason);
        }
    }

    private static void isOneJsonObject(String line) throws IOException {
        try (var parser = new JsonFactory().createParser(line)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            parser.skipChildren();
            assertThat(parser.nextToken()).isNull();
        }
    }
}
