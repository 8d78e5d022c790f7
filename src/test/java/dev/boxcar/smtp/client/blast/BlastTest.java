// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.TlsMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A load counts what was answered as it ought to be, and nothing else. */
@Timeout(120)
class BlastTest {

    @ParameterizedTest
    @EnumSource(PipeliningMode.class)
    void allMessagesAreSentAndTimed(PipeliningMode mode) throws Exception {
        try (var server = new LineServer(command -> "250 ok")) {
            var timed = new AtomicLong();
            Blast.Result result =
                    new Blast(plan(server, mode, 3, 50, false), () -> nanos -> timed.incrementAndGet()).run();
            assertThat(result.errors()).as(result.firstError()).isZero();
            assertThat(result.messages()).isEqualTo(50);
            assertThat(result.bytes()).isEqualTo(50 * 1024);
            assertThat(timed.get()).isEqualTo(50);
            assertThat(server.messages.get()).isEqualTo(50);
            assertThat(server.connections.get()).isEqualTo(3);
        }
    }

    @Test
    void eachMessageMayHaveAConnectionOfItsOwn() throws Exception {
        try (var server = new LineServer(command -> "250 ok")) {
            Blast.Result result =
                    new Blast(plan(server, PipeliningMode.PIPELINED, 2, 10, true), () -> nanos -> {}).run();
            assertThat(result.messages()).isEqualTo(10);
            assertThat(server.connections.get()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT"})
    void aWrongAnswerIsAnError(String refused) throws Exception {
        var asked = new AtomicInteger();
        try (var server = new LineServer(
                command -> command.startsWith(refused) && asked.incrementAndGet() == 5 ? "450 no" : "250 ok")) {
            Blast.Result result =
                    new Blast(plan(server, PipeliningMode.PIPELINED, 1, 20, false), () -> nanos -> {}).run();
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.messages()).isEqualTo(19);
            assertThat(result.firstError()).contains("450").contains(refused);
        }
    }

    @Test
    void aMissingAnswerIsAnError() throws Exception {
        var asked = new AtomicInteger();
        try (var server =
                new LineServer(command -> command.startsWith("RCPT") && asked.incrementAndGet() == 3 ? "" : "250 ok")) {
            Blast.Result result =
                    new Blast(plan(server, PipeliningMode.LOCKSTEP, 1, 5, false), () -> nanos -> {}).run();
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.messages()).isEqualTo(4);
            assertThat(result.firstError()).contains("in time").contains("RCPT");
        }
    }

    private static Blast.Plan plan(
            LineServer server, PipeliningMode mode, int connections, long messages, boolean reconnect) {
        return new Blast.Plan(
                server.address(),
                connections,
                messages,
                2,
                1024,
                mode,
                2,
                reconnect,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(3),
                1,
                TlsMode.NONE,
                null);
    }

    /** What a server answers to a command; nothing at all for an empty text. */
    interface Answers {
        String to(String command);
    }

    /** A thread for each connection, a line at a time. */
    private static final class LineServer implements AutoCloseable {
        final AtomicInteger messages = new AtomicInteger();
        final AtomicInteger connections = new AtomicInteger();
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Answers answers;

        LineServer(Answers answers) throws IOException {
            this.answers = answers;
            start(this::accept);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        private static void start(Runnable task) {
            var thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    connections.incrementAndGet();
                    start(() -> serve(socket));
                }
            } catch (IOException e) {
                return; // the test is over
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
                OutputStream out = socket.getOutputStream();
                say(out, "220 hello");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.startsWith("EHLO")) {
                        say(out, "250-x\r\n250-PIPELINING\r\n250 CHUNKING");
                    } else if (line.equals("DATA")) {
                        say(out, "354 go");
                        while (!in.readLine().equals(".")) {
                            continue;
                        }
                        messages.incrementAndGet();
                        say(out, "250 ok");
                    } else if (line.startsWith("BDAT")) {
                        int length = Integer.parseInt(line.split(" ")[1]);
                        assertThat(in.skip(length)).isEqualTo(length);
                        messages.incrementAndGet();
                        say(out, "250 ok");
                    } else {
                        say(out, line.equals("QUIT") ? "221 bye" : answers.to(line));
                    }
                }
            } catch (IOException e) {
                return; // the client has closed
            }
        }

        private static void say(OutputStream out, String line) throws IOException {
            if (!line.isEmpty()) {
                out.write((line + "\r\n").getBytes(ISO_8859_1));
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
