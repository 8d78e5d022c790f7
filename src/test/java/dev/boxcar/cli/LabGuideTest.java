// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.boxcar.lab.verdict.VerdictRule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every script in docs/lab.md does what the guide says, and the guide lists all verdicts. */
@Timeout(120)
class LabGuideTest {
    private static final Path GUIDE = Path.of("docs/lab.md");
    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CURL = Pattern.compile("lab/scripts -d '(\\{.*?)'", Pattern.DOTALL);
    private static final Pattern HOCON = Pattern.compile("```hocon\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("\\bname\"?\\s*[:=]\\s*\"([^\"]*)\"");

    /** Talks to a lab that runs one script. */
    @FunctionalInterface
    private interface Play {
        void play(int port) throws Exception;
    }

    /** What the guide says about the script with this name. */
    private static final Map<String, Play> PLAYS = Map.ofEntries(
            Map.entry("the second recipient is unknown", port -> {
                assertThat(recipients(port, 3)).containsExactly("250", "550", "250");
                assertThat(recipients(port, 3)).containsExactly("250", "250", "250"); // one session
            }),
            Map.entry("354 for nobody", port -> {
                try (var client = new Client(port)) {
                    client.send("EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n");
                    assertThat(client.codes(4)).containsExactly("250", "250", "550", "354");
                    client.send(".\r\n");
                    assertThat(client.codes(1)).containsExactly("554");
                }
            }),
            Map.entry("third recipient refused", port -> {
                try (var client = new Client(port)) {
                    client.send("EHLO x\r\nMAIL FROM:<a@x.test>\r\n" + "RCPT TO:<b@x.test>\r\n".repeat(5) + "DATA\r\n");
                    assertThat(client.codes(8)).containsExactly("250", "250", "250", "250", "550", "250", "250", "354");
                }
            }),
            Map.entry("greylisting", port -> {
                assertThat(recipients(port, 2)).containsExactly("451", "451");
                assertThat(recipients(port, 2)).containsExactly("250", "250");
            }),
            Map.entry("nine messages per connection", port -> {
                try (var client = new Client(port)) {
                    client.say("EHLO x");
                    for (int message = 0; message < 9; message++) {
                        assertThat(client.message()).startsWith("250");
                    }
                    assertThat(client.say("MAIL FROM:<a@x.test>")).startsWith("421 4.7.0 too many messages");
                    assertThat(client.isAtEnd()).isTrue();
                }
            }),
            Map.entry("slow server", port -> {
                long begun = System.nanoTime();
                try (var client = new Client(port)) {
                    assertThat(since(begun)).isGreaterThanOrEqualTo(ofMillis(500));
                    client.say("EHLO x");
                    begun = System.nanoTime();
                    assertThat(client.message()).startsWith("250");
                    assertThat(since(begun)).isGreaterThanOrEqualTo(ofSeconds(1));
                }
            }),
            Map.entry("lost 250", port -> {
                try (var client = new Client(port)) {
                    client.say("EHLO x");
                    assertThatIOException().isThrownBy(client::message);
                }
                try (var client = new Client(port)) {
                    client.say("EHLO x");
                    assertThat(client.message()).startsWith("250");
                }
            }),
            Map.entry("connection lost in the message", port -> {
                try (var client = new Client(port)) {
                    client.say("EHLO x");
                    assertThatIOException().isThrownBy(client::message);
                }
            }),
            Map.entry("no 8BITMIME", port -> {
                try (var client = new Client(port)) {
                    assertThat(client.say("EHLO x"))
                            .contains("PIPELINING", "SIZE")
                            .doesNotContain("8BITMIME", "SMTPUTF8");
                }
            }),
            Map.entry("replies byte by byte", port -> {
                try (var client = new Client(port)) {
                    assertThat(client.say("EHLO x")).contains("250-PIPELINING");
                    assertThat(client.message()).startsWith("250 2.0.0");
                    assertThat(client.say("QUIT")).startsWith("221");
                }
            }),
            Map.entry("chaos", port -> {
                var replies = new ArrayList<String>();
                try (var client = new Client(port)) {
                    client.say("EHLO x");
                    for (int i = 0; i < 100; i++) {
                        String mail = client.say("MAIL FROM:<a@x.test>");
                        replies.add("MAIL " + mail.strip());
                        if (mail.startsWith("250")) {
                            replies.add(
                                    "RCPT " + client.say("RCPT TO:<b@x.test>").strip());
                            client.say("RSET");
                        }
                    }
                }
                assertThat(replies.stream().map(reply -> reply.substring(0, 8)))
                        .contains("MAIL 250", "MAIL 451", "RCPT 250", "RCPT 550")
                        .hasSizeBetween(120, 199);
            }),
            Map.entry("across the ocean", port -> {
                try (var client = new Client(port)) {
                    long begun = System.nanoTime();
                    client.say("NOOP");
                    client.say("NOOP");
                    assertThat(since(begun)).isGreaterThanOrEqualTo(ofMillis(140));
                }
            }));

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void theScriptsOfTheGuideDoWhatItSays() throws Exception {
        Map<String, String> scripts = scripts();
        assertThat(scripts.keySet()).isEqualTo(PLAYS.keySet());
        try (var lab = Boxcar.start(
                directory,
                "lab",
                "--smtp",
                "127.0.0.1:0",
                "--http",
                "127.0.0.1:0",
                "--spool",
                "memory",
                "--tls",
                "off")) {
            int port = Integer.parseInt(lab.line().replaceAll(".*:", ""));
            String api = lab.line().replaceAll(".* ", "") + "api/boxcar/v1/lab/scripts";
            for (Map.Entry<String, String> script : scripts.entrySet()) {
                HttpResponse<String> added = request("POST", api, script.getValue());
                assertThat(added.statusCode())
                        .as(script.getKey() + added.body())
                        .isEqualTo(201);
                Objects.requireNonNull(PLAYS.get(script.getKey())).play(port);
                String after = request("GET", api, "").body();
                assertThat(after).as("every rule was used").doesNotContain("\"matched\":0");
                assertThat(request("DELETE", api, "").statusCode()).isEqualTo(204);
            }
        }
    }

    @Test
    void theFileOfTheGuideDoesWhatItSays() throws Exception {
        Matcher hocon = HOCON.matcher(Files.readString(GUIDE));
        assertThat(hocon.find()).isTrue();
        Path file = Files.writeString(directory.resolve("greylist.conf"), hocon.group(1));
        try (var lab = Boxcar.start(
                directory, "lab", "--smtp", "127.0.0.1:0", "--spool", "memory", "--script", file.toString())) {
            int port = Integer.parseInt(lab.line().replaceAll(".*:", ""));
            long begun = System.nanoTime();
            Objects.requireNonNull(PLAYS.get("greylisting")).play(port);
            assertThat(since(begun)).isGreaterThanOrEqualTo(ofMillis(10 * 70));
        }
    }

    @Test
    void theJavaExampleOfTheGuideIsATest() throws Exception {
        String test = Files.readString(Path.of("src/test/java/dev/boxcar/junit/guide/NewsletterTest.java"));
        assertThat(Files.readString(GUIDE))
                .contains("```java\n" + test.substring(test.indexOf("import static")) + "```");
    }

    @Test
    void theGuideListsAllVerdicts() throws Exception {
        String guide = Files.readString(GUIDE);
        for (VerdictRule rule : VerdictRule.values()) {
            String requirement = rule.requirement().isEmpty() ? "advice" : rule.requirement();
            assertThat(guide)
                    .contains("| " + rule + " | " + requirement + " | "
                            + rule.citation().toString().substring(4) + " | " + rule.title() + " |");
        }
    }

    /** All scripts in JSON by their names. */
    private static Map<String, String> scripts() throws IOException {
        String guide = Files.readString(GUIDE);
        var scripts = new LinkedHashMap<String, String>();
        for (Pattern form : List.of(CURL, JSON)) {
            form.matcher(guide).results().map(found -> found.group(1)).forEach(script -> {
                Matcher name = NAME.matcher(script);
                assertThat(name.find()).as(script).isTrue();
                assertThat(scripts.put(name.group(1), script)).isNull();
            });
        }
        return scripts;
    }

    private HttpResponse<String> request(String method, String url, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** The codes of the replies to a transaction with this many recipients. */
    private static List<String> recipients(int port, int count) throws IOException {
        try (var client = new Client(port)) {
            client.say("EHLO x");
            client.say("MAIL FROM:<a@x.test>");
            var codes = new ArrayList<String>();
            for (int i = 0; i < count; i++) {
                codes.add(client.say("RCPT TO:<r" + i + "@x.test>").substring(0, 3));
            }
            client.say("QUIT");
            return codes;
        }
    }

    /** A client in lock-step. Throws an IOException when the connection has ended. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader replies;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(30_000);
            replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            reply();
        }

        void send(String input) throws IOException {
            socket.getOutputStream().write(input.getBytes(US_ASCII));
        }

        String say(String command) throws IOException {
            send(command + "\r\n");
            return reply();
        }

        /** A whole message; returns the reply to its end. */
        String message() throws IOException {
            say("MAIL FROM:<a@x.test>");
            say("RCPT TO:<b@x.test>");
            assertThat(say("DATA")).startsWith("354");
            return say("Subject: hello\r\n\r\nA line.\r\n.");
        }

        List<String> codes(int count) throws IOException {
            var codes = new ArrayList<String>();
            for (int i = 0; i < count; i++) {
                codes.add(reply().substring(0, 3));
            }
            return codes;
        }

        private String reply() throws IOException {
            var reply = new StringBuilder();
            while (true) {
                String line = replies.readLine();
                if (line == null) {
                    throw new IOException("the connection has ended");
                }
                reply.append(line).append('\n');
                if (line.length() < 4 || line.charAt(3) != '-') {
                    return reply.toString();
                }
            }
        }

        boolean isAtEnd() throws IOException {
            return replies.readLine() == null;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
