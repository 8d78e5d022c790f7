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

/** A client, a server that says what a test tells it to, and the loop, all driven by the test's own thread. */
final class Stage implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration GLANCE = Duration.ofMillis(5);

    long nanos;
    final EventLoop loop = EventLoop.open("test", () -> nanos);
    final List<TransactionResult> outcomes = new ArrayList<>();
    final SmtpClient client;
    final SocketChannel server;
    boolean ended;

    @Nullable
    SessionFailure failure;

    private final Cutting cutting;
    private final StringBuilder heard = new StringBuilder();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private boolean clientEnded;

    Stage(ClientOptions options, Cutting cutting) throws IOException {
        this.cutting = cutting;
        this.client = new SmtpClient(loop, options, why -> {
            assertThat(ended).as("told once").isFalse();
            ended = true;
            failure = why;
        });
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client.open((InetSocketAddress) listener.getLocalAddress());
            server = listener.accept();
            server.configureBlocking(false);
        }
        until(client::isConnected, "connection");
    }

    /** A session that has been opened with these offers. */
    static Stage opened(PipeliningMode mode, Cutting cutting, String... offers) throws IOException {
        var stage = new Stage(ClientOptions.named("client.example").withMode(mode), cutting);
        stage.say("220 server.example ESMTP");
        stage.hears("EHLO client.example");
        var lines = new ArrayList<>(List.of("server.example"));
        lines.addAll(List.of(offers));
        for (int i = 0; i < lines.size(); i++) {
            stage.say("250" + (i < lines.size() - 1 ? "-" : " ") + lines.get(i));
        }
        return stage;
    }

    void send(String text, String... recipients) {
        send(text.getBytes(ISO_8859_1), recipients);
    }

    void send(byte[] text, String... recipients) {
        List<Recipient> to = Arrays.stream(recipients)
                .map(name -> Recipient.of(ForwardPath.parse("<" + name + "@b.example>")))
                .toList();
        client.send(MailTransaction.of(ReversePath.parse("<a@a.example>"), to, MessageContent.of(text)), outcomes::add);
    }

    /** The server says these lines. */
    void say(String... lines) throws IOException {
        sayBytes(String.join("\r\n", lines) + "\r\n");
    }

    void sayBytes(String text) throws IOException {
        for (String piece : cutting.cut(text)) {
            if (server.isOpen()) {
                try {
                    server.write(ByteBuffer.wrap(piece.getBytes(ISO_8859_1)));
                } catch (IOException e) {
                    return; // the client has closed
                }
            }
            loop.poll(Duration.ZERO);
        }
        loop.poll(GLANCE);
    }

    /** The server hears exactly these lines, and for now no more. */
    void hears(String... lines) throws IOException {
        hearsBytes(String.join("\r\n", lines) + "\r\n");
    }

    void hearsBytes(String text) throws IOException {
        until(() -> read().length() >= text.length(), "hearing <" + text + ">, so far <" + heard + ">");
        loop.poll(GLANCE);
        assertThat(read()).isEqualTo(text);
        heard.setLength(0);
    }

    void hearsNothing() throws IOException {
        loop.poll(GLANCE);
        assertThat(read()).isEmpty();
    }

    /** What was heard and not taken yet. */
    String read() throws IOException {
        try {
            while (server.isOpen() && !clientEnded) {
                int bytes = server.read(buffer.clear());
                if (bytes <= 0) {
                    clientEnded = bytes < 0;
                    break;
                }
                heard.append(new String(buffer.array(), 0, bytes, ISO_8859_1));
            }
        } catch (IOException e) {
            clientEnded = true;
        }
        return heard.toString();
    }

    /** Takes what was heard up to here. */
    void take(int length) {
        heard.delete(0, length);
    }

    boolean clientEnded() throws IOException {
        read();
        return clientEnded;
    }

    interface Condition {
        boolean holds() throws IOException;
    }

    void until(Condition condition, String what) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            loop.poll(GLANCE);
        }
    }

    void awaitEnd() throws IOException {
        until(() -> ended, "the end");
    }

    /** The fates of the only message so far, such as {@code ACCEPTED REFUSED}. */
    String fates() throws IOException {
        return fates(0);
    }

    String fates(int message) throws IOException {
        until(() -> outcomes.size() > message, "an outcome");
        return String.join(
                " ",
                outcomes.get(message).recipients().stream()
                        .map(one -> one.outcome().name())
                        .toList());
    }

    /** Why the session ended, where it did so out of order. */
    SessionFailure failure() {
        return Objects.requireNonNull(failure, "it ended in order");
    }

    @Override
    public void close() throws IOException {
        server.close();
        loop.close();
    }
}
