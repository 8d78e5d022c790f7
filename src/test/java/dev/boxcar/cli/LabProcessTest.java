// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lab as a process: what it prints, and what its options do. */
@Timeout(90)
class LabProcessTest {
    private static final String READY = "[smtp] listening on 127.0.0.1:";
    private static final String MAIL = "EHLO client.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"
            + "RCPT TO:<c@example.com>\r\nDATA\r\nSubject: hello\r\n\r\nA line.\r\n.\r\nQUIT\r\n";

    @TempDir
    Path directory;

    @Test
    void printsEachSessionThatHasEndedWithoutColoursInAPipe() throws Exception {
        try (var lab = start("--hold", "off")) {
            talk(lab.line(), MAIL);

            List<String> printed = linesUntilBlank(lab);

            assertThat(printed.get(0)).matches("session \\S+ from 127\\.0\\.0\\.1:[0-9]+, 1 flight, .*");
            assertThat(printed)
                    .anyMatch(line -> line.endsWith("S: 220 lab.example ESMTP Boxcar"))
                    .anyMatch(line -> line.matches(" +1 +[0-9.,]+ ms  C: EHLO client\\.example"))
                    .anyMatch(line -> line.endsWith("C: RCPT TO:<c@example.com>"))
                    .anyMatch(line -> line.endsWith("C: (message of 30 bytes)"))
                    .anyMatch(line -> line.contains("S: 250 2.0.0 "))
                    .anyMatch(line -> line.contains("1 round trip"))
                    .anyMatch(line -> line.startsWith("  V06 VIOLATION of a MUST NOT in RFC 2920 section 3.1: "));
            assertThat(printed).noneMatch(line -> line.contains("\u001b"));
        }
    }

    @Test
    void printsTheLastSessionBeforeItEnds() throws Exception {
        try (var lab = start()) {
            talk(lab.line(), "EHLO client.example\r\nQUIT\r\n");
            Boxcar.Outcome end = lab.signal("TERM");
            assertThat(end.status()).isEqualTo(143);
            assertThat(end.out()).contains("C: QUIT");
        }
    }

    @Test
    void offersStarttlsUnlessItIsOff() throws Exception {
        try (var lab = start()) {
            assertThat(talk(lab.line(), "EHLO client.example\r\nQUIT\r\n")).contains("250-STARTTLS");
        }
        try (var lab = start("--tls", "off")) {
            assertThat(talk(lab.line(), "EHLO client.example\r\nQUIT\r\n")).doesNotContain("250-STARTTLS");
        }
    }

    @Test
    void runsTheScriptOfAFileInEverySession() throws Exception {
        Path script = Files.writeString(directory.resolve("script.conf"), """
                rules = [{ on { verb = RCPT, nth = 2 }, do.reply { code = 550, carriedOut = true } }]
                """);
        try (var lab = start("--script", script.toString())) {
            String ready = lab.line();
            for (int session = 0; session < 2; session++) {
                assertThat(talk(ready, MAIL)).containsOnlyOnce("550 ").contains("250 2.1.5 Recipient OK");
                assertThat(linesUntilBlank(lab))
                        .anyMatch(line ->
                                line.endsWith("C: RCPT TO:<c@example.com>  <- s1 rules[0]: reply 550, carried out"));
            }
        }
    }

    @Test
    void simulatesALine() throws Exception {
        try (var lab = start("--rtt", "70ms")) {
            String ready = lab.line();
            try (var client = connect(ready)) {
                BufferedReader replies = reader(client);
                replies.readLine();
                long begun = System.nanoTime();
                for (int i = 0; i < 5; i++) {
                    client.getOutputStream().write("NOOP\r\n".getBytes(US_ASCII));
                    replies.readLine();
                }
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(350));
            }
        }
    }

    private Boxcar.Running start(String... more) throws IOException {
        var arguments = new ArrayList<>(
                List.of("lab", "--smtp", "127.0.0.1:0", "--spool", "memory", "--hostname", "lab.example"));
        arguments.addAll(List.of(more));
        return Boxcar.start(directory, arguments.toArray(String[]::new));
    }

    /** Sends everything at once and returns everything that the server replies. */
    private static String talk(String ready, String input) throws IOException {
        try (var client = connect(ready)) {
            client.getOutputStream().write(input.getBytes(US_ASCII));
            return new String(client.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private static Socket connect(String ready) throws IOException {
        assertThat(ready).startsWith(READY);
        var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(ready.substring(READY.length())));
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static BufferedReader reader(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
    }

    private static List<String> linesUntilBlank(Boxcar.Running lab) throws IOException {
        var lines = new ArrayList<String>();
        for (String line = lab.line(); !line.isBlank(); line = lab.line()) {
            lines.add(line);
        }
        return lines;
    }
}
