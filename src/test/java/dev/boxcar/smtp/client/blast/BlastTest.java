// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.client.PipeliningMode;
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

/** A load counts the messages that were answered as expected, and no others. */
@Timeout(120)
class BlastTest {

    @ParameterizedTest
    @EnumSource(PipeliningMode.class)
    void sendsAndTimesAllMessages(PipeliningMode mode) throws Exception {
        try (var server = new LineServer(command -> "250 ok")) {
            var timed = new AtomicLong();
            Blast.Result result = new Blast(
                            server.address(),
                            plan(mode).withConnections(3).withMessages(50),
                            () -> nanos -> timed.incrementAndGet())
                    .run();
            assertThat(result.errors()).as(result.firstError()).isZero();
            assertThat(result.messages()).isEqualTo(50);
            assertThat(result.bytes()).isEqualTo(50 * 1024);
            assertThat(timed.get()).isEqualTo(50);
            assertThat(server.messages.get()).isEqualTo(50);
            assertThat(server.connections.get()).isEqualTo(3);
        }
    }

    @Test
    void opensAConnectionPerMessageOnRequest() throws Exception {
        try (var server = new LineServer(command -> "250 ok")) {
            Blast.Result result = run(
                    server,
                    plan(PipeliningMode.PIPELINED)
                            .withConnections(2)
                            .withMessages(10)
                            .withReconnect(true));
            assertThat(result.messages()).isEqualTo(10);
            assertThat(server.connections.get()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void opensNoMoreConnectionsThanThereAreMessages(boolean reconnect) throws Exception {
        try (var server = new LineServer(command -> "250 ok")) {
            Blast.Result result = run(
                    server,
                    plan(PipeliningMode.PIPELINED)
                            .withConnections(20)
                            .withMessages(3)
                            .withReconnect(reconnect));
            assertThat(result.messages()).isEqualTo(3);
            assertThat(server.connections.get()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT"})
    void countsAnUnexpectedReplyAsAnError(String refused) throws Exception {
        var count = new AtomicInteger();
        try (var server = new LineServer(
                command -> command.startsWith(refused) && count.incrementAndGet() == 5 ? "450 no" : "250 ok")) {
            Blast.Result result = run(server, plan(PipeliningMode.PIPELINED).withMessages(20));
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.messages()).isEqualTo(19);
            assertThat(result.firstError()).contains("450").contains(refused);
        }
    }

    @Test
    void countsAMissingReplyAsAnError() throws Exception {
        var count = new AtomicInteger();
        try (var server =
                new LineServer(command -> command.startsWith("RCPT") && count.incrementAndGet() == 3 ? "" : "250 ok")) {
            Blast.Result result = run(server, plan(PipeliningMode.LOCKSTEP).withMessages(5));
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.messages()).isEqualTo(4);
            assertThat(result.firstError()).contains("timeout").contains("RCPT");
        }
    }

    private static BlastPlan plan(PipeliningMode mode) {
        return BlastPlan.DEFAULTS.withMode(mode).withRecipients(2).withDepth(2).withTimeout(Duration.ofSeconds(3));
    }

    private static Blast.Result run(LineServer server, BlastPlan plan) throws Exception {
        return new Blast(server.address(), plan, () -> nanos -> {}).run();
    }

    /** The reply to a command; empty for no reply at all. */
    interface Replies {
        String to(String command);
    }

    /** A blocking server with one thread per connection. */
    private static final class LineServer implements AutoCloseable {
        final AtomicInteger messages = new AtomicInteger();
        final AtomicInteger connections = new AtomicInteger();
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Replies replies;

        LineServer(Replies replies) throws IOException {
            this.replies = replies;
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
                send(out, "220 hello");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.startsWith("EHLO")) {
                        send(out, "250-x\r\n250-PIPELINING\r\n250 CHUNKING");
                    } else if (line.equals("DATA")) {
                        send(out, "354 go");
                        String bodyLine = in.readLine();
                        while (bodyLine != null && !bodyLine.equals(".")) {
                            bodyLine = in.readLine();
                        }
                        messages.incrementAndGet();
                        send(out, "250 ok");
                    } else if (line.startsWith("BDAT")) {
                        int length = Integer.parseInt(line.split(" ")[1]);
                        assertThat(in.skip(length)).isEqualTo(length);
                        messages.incrementAndGet();
                        send(out, "250 ok");
                    } else {
                        send(out, line.equals("QUIT") ? "221 bye" : replies.to(line));
                    }
                }
            } catch (IOException e) {
                return; // the client has closed
            }
        }

        private static void send(OutputStream out, String line) throws IOException {
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
