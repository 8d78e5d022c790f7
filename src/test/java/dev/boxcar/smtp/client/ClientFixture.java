// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client, a server whose replies the test scripts, and the loop, all driven by the test's own thread. */
final class ClientFixture implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration POLL_TIME = Duration.ofMillis(5);

    long nanos;
    final EventLoop loop = EventLoop.open("test", () -> nanos);
    final List<TransactionResult> results = new ArrayList<>();
    final SmtpClient client;
    final SocketChannel server;
    boolean ended;

    @Nullable
    SessionFailure failure;

    private final Segmentation segmentation;
    private final StringBuilder received = new StringBuilder();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private boolean clientEnded;

    ClientFixture(ClientOptions options, Segmentation segmentation) throws IOException {
        this.segmentation = segmentation;
        this.client = new SmtpClient(loop, options, reason -> {
            assertThat(ended).as("end reported once").isFalse();
            ended = true;
            failure = reason;
        });
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client.open((InetSocketAddress) listener.getLocalAddress());
            server = listener.accept();
            server.configureBlocking(false);
        }
        until(client::isConnected, "connection");
    }

    /** A session whose server has replied to EHLO with these capabilities. */
    static ClientFixture opened(PipeliningMode mode, Segmentation segmentation, String... capabilities)
            throws IOException {
        var fixture = new ClientFixture(ClientOptions.named("client.example").withMode(mode), segmentation);
        fixture.reply("220 server.example ESMTP");
        fixture.expect("EHLO client.example");
        var lines = new ArrayList<>(List.of("server.example"));
        lines.addAll(List.of(capabilities));
        for (int i = 0; i < lines.size(); i++) {
            fixture.reply("250" + (i < lines.size() - 1 ? "-" : " ") + lines.get(i));
        }
        return fixture;
    }

    void send(String text, String... recipients) {
        send(text.getBytes(ISO_8859_1), recipients);
    }

    void send(byte[] text, String... recipients) {
        List<Recipient> to = Arrays.stream(recipients)
                .map(name -> Recipient.of(ForwardPath.parse("<" + name + "@b.example>")))
                .toList();
        client.send(MailTransaction.of(ReversePath.parse("<a@a.example>"), to, MessageContent.of(text)), results::add);
    }

    /** The server sends these lines. */
    void reply(String... lines) throws IOException {
        sendBytes(String.join("\r\n", lines) + "\r\n");
    }

    void sendBytes(String text) throws IOException {
        for (String piece : segmentation.split(text)) {
            if (server.isOpen()) {
                try {
                    server.write(ByteBuffer.wrap(piece.getBytes(ISO_8859_1)));
                } catch (IOException e) {
                    return; // the client has closed
                }
            }
            loop.poll(Duration.ZERO);
        }
        loop.poll(POLL_TIME);
    }

    /** Expects that the server receives exactly these lines, and nothing more yet. */
    void expect(String... lines) throws IOException {
        expectBytes(String.join("\r\n", lines) + "\r\n");
    }

    void expectBytes(String text) throws IOException {
        until(() -> read().length() >= text.length(), "receiving <" + text + ">, so far <" + received + ">");
        loop.poll(POLL_TIME);
        assertThat(read()).isEqualTo(text);
        received.setLength(0);
    }

    void expectNothing() throws IOException {
        loop.poll(POLL_TIME);
        assertThat(read()).isEmpty();
    }

    /** What the server has received and the test has not taken yet. */
    String read() throws IOException {
        try {
            while (server.isOpen() && !clientEnded) {
                int bytes = server.read(buffer.clear());
                if (bytes <= 0) {
                    clientEnded = bytes < 0;
                    break;
                }
                received.append(new String(buffer.array(), 0, bytes, ISO_8859_1));
            }
        } catch (IOException e) {
            clientEnded = true;
        }
        return received.toString();
    }

    /** Removes the first {@code length} characters of what was received. */
    void take(int length) {
        received.delete(0, length);
    }

    boolean clientEnded() throws IOException {
        read();
        return clientEnded;
    }

    interface Condition {
        boolean holds() throws IOException;
    }

    void until(Condition condition, String what) throws IOException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("timeout after " + TIMEOUT + " waiting for " + what);
            }
            loop.poll(POLL_TIME);
        }
    }

    void awaitEnd() throws IOException {
        until(() -> ended, "the end");
    }

    /** The outcomes of the first message, one per recipient, such as {@code ACCEPTED REFUSED}. */
    String outcomes() throws IOException {
        return outcomes(0);
    }

    String outcomes(int message) throws IOException {
        until(() -> results.size() > message, "a result");
        return String.join(
                " ",
                results.get(message).recipients().stream()
                        .map(one -> one.outcome().name())
                        .toList());
    }

    /** Why the session ended, if not by QUIT. */
    SessionFailure failure() {
        return Objects.requireNonNull(failure, "it ended by QUIT");
    }

    @Override
    public void close() throws IOException {
        server.close();
        loop.close();
    }
}
