// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a sink and a relay do not load between their start and the first message and page, because it takes 10 to 300 ms
 * or several MiB (docs/performance.md, "Process start").
 */
@Timeout(120)
class StartClassesTest {
    /** Beginnings of class names. */
    private static final List<String> EXPENSIVE = List.of(
            "java.lang.runtime.ObjectMethods", // code for equals, hashCode or toString of a record
            "sun.util.cldr.", // the JDK's 1,158 locales
            "com.sun.jmx.", // the server of JMX
            "jdk.jfr.internal.",
            "com.typesafe.config.", // the parser of configuration files
            "java.util.logging.LogManager");

    private static final List<String> SHARED = List.of(
            "dev.boxcar.relay.artemis.",
            "dev.boxcar.relay.shared.FallbackQueue",
            "dev.boxcar.cli.relay.shared.EngineJar",
            "org.apache.activemq.",
            "io.netty.");

    @TempDir
    private Path directory;

    @Test
    void theFirstMessageAndThePageLoadNothingExpensive() throws Exception {
        Path log = directory.resolve("classes.txt");
        try (Boxcar.Running sink = Boxcar.start(
                List.of("-Xlog:class+load:file=" + log + ":none:filecount=0"),
                directory,
                "sink",
                "--smtp=127.0.0.1:0",
                "--http=127.0.0.1:0",
                "--spool=memory")) {
            String smtp = sink.line();
            String http = sink.line();
            sendMessage(Integer.parseInt(smtp.substring(smtp.lastIndexOf(':') + 1)));
            String base = http.substring(http.indexOf("http://"));
            get(base);
            assertThat(get(base + "api/boxcar/v1/messages")).contains("\"total\":1");
            sink.signal("TERM");
        }
        List<String> loaded = Files.readAllLines(log);
        assertThat(loaded).anyMatch(line -> line.startsWith("dev.boxcar.smtp.server.command.MessageCommitter "));
        assertThat(loaded.stream().filter(line -> EXPENSIVE.stream().anyMatch(line::startsWith)))
                .isEmpty();
    }

    /** What several machines share costs a relay on its own nothing. */
    @Test
    void aRelayOnItsOwnLoadsNothingOfASharedQueue() throws Exception {
        Path log = directory.resolve("classes.txt");
        try (Boxcar.Running relay = Boxcar.start(
                List.of("-Xlog:class+load:file=" + log + ":none:filecount=0"),
                directory,
                "relay",
                "--smtp=127.0.0.1:0",
                "--smarthost=127.0.0.1:1",
                "--smarthost-tls=none",
                "--spool=spool")) {
            String smtp = relay.line();
            sendMessage(Integer.parseInt(smtp.substring(smtp.lastIndexOf(':') + 1)));
            relay.signal("TERM");
        }
        List<String> loaded = Files.readAllLines(log);
        assertThat(loaded).anyMatch(line -> line.startsWith("dev.boxcar.relay.queue.SpoolRelayQueue "));
        assertThat(loaded.stream().filter(line -> SHARED.stream().anyMatch(line::startsWith)))
                .isEmpty();
    }

    private static String get(String url) throws IOException {
        try (InputStream in = URI.create(url).toURL().openStream()) {
            return new String(in.readAllBytes(), US_ASCII);
        }
    }

    private static void sendMessage(int port) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            var replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            assertThat(replies.readLine()).startsWith("220 ");
            for (String text : List.of(
                    "HELO client.example\r\n",
                    "MAIL FROM:<a@example.org>\r\n",
                    "RCPT TO:<b@example.org>\r\n",
                    "DATA\r\n",
                    "Subject: first\r\n\r\ntext\r\n.\r\n",
                    "QUIT\r\n")) {
                socket.getOutputStream().write(text.getBytes(US_ASCII));
                assertThat(replies.readLine()).matches("[23].*");
            }
        }
    }
}
