// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sink as a process whose mail is fetched over POP3. */
@Timeout(90)
class Pop3SinkTest {
    @TempDir
    Path directory;

    @Test
    void mailThatWasAcceptedCanBeFetchedAndDeleted() throws Exception {
        try (var sink = start()) {
            int smtp = port(sink.line(), "[smtp] listening on 127.0.0.1:");
            int pop3 = port(sink.line(), "[pop3] listening on 127.0.0.1:");
            send(smtp, "ann@example.org", "one");
            send(smtp, "bob@example.org", "two");

            try (var client = new Client(pop3)) {
                client.say("USER anyone", "PASS anything", "RETR 1", "DELE 1", "QUIT");
                client.expect("+OK * Boxcar POP3 server ready", "+OK send PASS", "+OK 2 messages", "+OK * octets");
                client.expect("Subject: one", "", "Text.", ".", "+OK message 1 deleted", "+OK bye, 1 messages deleted");
            }
            try (var client = new Client(pop3)) {
                client.say("USER anyone", "PASS anything", "TOP 1 0");
                client.expect("+OK *", "+OK send PASS", "+OK 1 messages", "+OK *", "Subject: two", "", ".");
            }
        }
    }

    @Test
    void aNamespaceIsAMailbox() throws Exception {
        try (var sink = start("--namespaces", "domain")) {
            int smtp = port(sink.line(), "[smtp] listening on 127.0.0.1:");
            int pop3 = port(sink.line(), "[pop3] listening on 127.0.0.1:");
            send(smtp, "ann@a.example", "one");
            send(smtp, "bob@b.example", "two");

            try (var client = new Client(pop3)) {
                client.say("USER b.example", "PASS anything", "STAT", "TOP 1 0");
                client.expect("+OK *", "+OK *", "+OK 1 messages", "+OK 1 *", "+OK *", "Subject: two");
            }
            try (var client = new Client(pop3)) {
                client.say("USER nobody.example", "PASS anything", "STAT");
                client.expect("+OK *", "+OK *", "+OK 0 messages", "+OK 0 0");
            }
        }
    }

    @Test
    void usersOfTheAuthFileNeedTheirPasswordAndTls() throws Exception {
        Path users = Files.writeString(directory.resolve("users"), "ann:PLAIN$secret\n");
        try (var sink = start("--auth-file", users.toString())) {
            port(sink.line(), "[smtp] listening on 127.0.0.1:");
            int pop3 = port(sink.line(), "[pop3] listening on 127.0.0.1:");
            try (var client = new Client(pop3)) {
                client.say("USER ann");
                client.expect("+OK *", "-ERR USER needs TLS");
            }
        }
        try (var sink = start("--auth-allow-insecure", "--auth-file", users.toString())) {
            port(sink.line(), "[smtp] listening on 127.0.0.1:");
            int pop3 = port(sink.line(), "[pop3] listening on 127.0.0.1:");
            try (var client = new Client(pop3)) {
                client.say("USER ann", "PASS wrong", "USER ann", "PASS secret");
                client.expect("+OK *", "+OK *", "-ERR [AUTH] invalid user or password", "+OK *", "+OK 0 messages");
            }
        }
    }

    @Test
    void offersTlsToItsFirstClientAlthoughTheKeyIsStillBeingMade() throws Exception {
        try (var sink = start("--tls", "self-signed")) {
            port(sink.line(), "[smtp] listening on 127.0.0.1:");
            int pop3 = port(sink.line(), "[pop3] listening on 127.0.0.1:");
            try (var client = new Client(pop3)) {
                client.say("CAPA", "STLS");
                client.skipTo("STLS");
                client.skipTo("+OK begin TLS");
            }
        }
    }

    /** Starts a sink in memory with a free port for SMTP and for POP3, and more options. */
    private Boxcar.Running start(String... more) throws IOException {
        var arguments = new ArrayList<>(List.of("--smtp", "127.0.0.1:0", "--pop3", "127.0.0.1:0", "--spool", "memory"));
        arguments.addAll(List.of(more));
        return Boxcar.start(directory, arguments.toArray(String[]::new));
    }

    private static int port(String line, String start) {
        assertThat(line).startsWith(start);
        return Integer.parseInt(line.substring(start.length()));
    }

    private static void send(int port, String recipient, String subject) throws IOException {
        try (var client = new Client(port)) {
            client.say("EHLO client.example", "MAIL FROM:<a@example.org>", "RCPT TO:<" + recipient + ">", "DATA");
            client.skipTo("354");
            client.say("Subject: " + subject, "", "Text.", ".", "QUIT");
            client.skipTo("221");
        }
    }

    /** Sends lines and reads lines. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(30_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        }

        void say(String... lines) throws IOException {
            socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(US_ASCII));
        }

        void expect(String... patterns) throws IOException {
            for (String pattern : patterns) {
                String regex = Arrays.stream(pattern.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"));
                assertThat(in.readLine()).matches(regex);
            }
        }

        void skipTo(String code) throws IOException {
            String line = in.readLine();
            while (!line.startsWith(code)) {
                line = in.readLine();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
