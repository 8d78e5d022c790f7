// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.LoopContext;
import dev.boxcar.smtp.server.context.ServerContext;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.smtp.server.session.SmtpSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client and a session over a real connection. The test's thread drives both and is the loop's thread: each send is
 * one segment, and nothing happens between two calls.
 */
final class Conversation implements AutoCloseable {
    /** The address of a client that connects through a listener. */
    static final InetSocketAddress PEER = new InetSocketAddress("192.0.2.1", 99);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL_TIME = Duration.ofMillis(20);

    /** Small, so that the buffers fill up soon. */
    private static final int SOCKET_BYTES = 16 * 1024;

    final EventLoop loop;
    final ServerContext service;
    final SmtpSession session;
    private final SocketChannel client;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    /** By how much the loop's clock was advanced. */
    private long advancedNanos;

    private final ByteArrayOutputStream unfinishedLine = new ByteArrayOutputStream();
    private final List<String> lines = new ArrayList<>();
    private boolean ended;
    private boolean reset;
    private boolean connectionLost;
    private boolean closedByServer;
    private @Nullable TlsClient tls;

    Conversation(MessageSink sink, Limits limits) throws IOException {
        this(Ports.of(sink), limits);
    }

    Conversation(Ports ports, Limits limits) throws IOException {
        this(ports, limits, Extension.all(), null);
    }

    Conversation(Ports ports, Limits limits, Set<Extension> extensions, @Nullable String implicitTls)
            throws IOException {
        this(ports, limits, Access.DEFAULTS, extensions, implicitTls, null);
    }

    /** With a client at {@link #PEER} that connects to this listener. */
    Conversation(MessageSink sink, Limits limits, Access access, Set<Extension> extensions, ListenerOptions listener)
            throws IOException {
        this(Ports.of(sink), limits, access, extensions, null, listener);
    }

    /** Starts in TLS of that version, or in clear if it is null. */
    Conversation(
            Ports ports,
            Limits limits,
            Access access,
            Set<Extension> extensions,
            @Nullable String implicitTls,
            @Nullable ListenerOptions listener)
            throws IOException {
        loop = EventLoop.open("test", () -> System.nanoTime() + advancedNanos);
        boolean inTls = implicitTls != null;
        var offer = new TlsOffer(TlsOffer.Need.OPTIONAL);
        offer.ready(TlsSettings.server(TlsClient.CONTEXT));
        service = new ServerContext("mx.example", limits, access, extensions, inTls ? ports.withTls(offer) : ports);
        var peer = new ClientState("test", 1);
        peer.setRemoteAddress(new InetSocketAddress("192.0.2.1", 99));
        session = new SmtpSession(new LoopContext(loop, service, () -> closedByServer = true), peer);
        try (var acceptor = ServerSocketChannel.open()) {
            acceptor.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BYTES);
            acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open();
            client.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BYTES);
            client.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BYTES);
            client.connect(acceptor.getLocalAddress());
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SocketChannel accepted = acceptor.accept();
            accepted.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BYTES);
            session.setSocket(accepted);
        }
        if (listener != null) {
            peer.setRemoteAddress(PEER);
            peer.setListener(listener.name());
        }
        if (listener != null || inTls) {
            ListenerOptions from = listener == null ? ListenerOptions.at("", 0) : listener;
            session.begin(inTls ? from.withTls(ListenerOptions.Tls.IMPLICIT) : from, peer.remoteAddress());
        } else {
            session.begin(ListenerOptions.at("", 0), null);
        }
        turn();
        if (implicitTls != null) {
            startTls(implicitTls);
        }
    }

    /** The client makes the TLS handshake; from now on everything is sent and received within TLS. */
    void startTls(String version) throws IOException {
        var client = new TlsClient(version);
        tls = client;
        sendRaw(client.handshake());
        await("the handshake", () -> {
            if (!client.isDone() && !ended) {
                continueHandshake(client);
            }
            return client.isDone() || ended;
        });
        receivePlain(client.unwrap(new byte[0])); // data that arrived together with the handshake
        turn();
    }

    private void continueHandshake(TlsClient client) {
        try {
            byte[] answer = client.handshake();
            if (answer.length > 0) {
                sendRaw(answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends bytes as one segment and runs the loop once. */
    void send(byte[] bytes) throws IOException {
        sendRaw(tls == null ? bytes : tls.wrap(bytes));
    }

    /** Sends bytes without encrypting them, even within TLS. */
    void sendRaw(byte[] bytes) throws IOException {
        client.configureBlocking(false);
        var rest = ByteBuffer.wrap(bytes);
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (rest.hasRemaining() && !connectionLost) {
            assertThat(System.nanoTime()).as("the server accepts no more").isLessThan(deadline);
            try {
                client.write(rest);
            } catch (IOException e) {
                connectionLost = true; // the server has closed; the transcript says whether it should
            }
            turn();
        }
        turn();
    }

    void send(String text) throws IOException {
        send(text.getBytes(UTF_8));
    }

    /** Sends without reading replies until the server accepts no more, and returns the number of bytes accepted. */
    long sendUntilRefused(byte[] bytes) throws IOException {
        client.configureBlocking(false);
        var rest = ByteBuffer.wrap(bytes);
        for (int refusals = 0; refusals < 10 && rest.hasRemaining(); refusals++) {
            if (client.write(rest) > 0) {
                refusals = 0;
            }
            loop.poll(Duration.ZERO);
        }
        return rest.position();
    }

    /** The client stops sending. */
    void end() throws IOException {
        if (tls != null) {
            sendRaw(tls.close());
        }
        if (!connectionLost) {
            client.shutdownOutput();
        }
        turn();
    }

    /** Advances the loop's clock and runs the timers that are due. */
    void advance(Duration time) throws IOException {
        advancedNanos += time.toNanos();
        turn();
        turn(); // a timer's output leaves in the same turn; a timer it starts is due in the next
    }

    /** Advances the loop's clock while the client reads nothing. */
    void advanceWithoutReading(Duration time) {
        advancedNanos += time.toNanos();
        loop.poll(Duration.ZERO);
        loop.poll(Duration.ZERO);
    }

    /** Runs the loop once and reads what the session wrote. */
    void turn() throws IOException {
        loop.poll(Duration.ZERO);
        receive();
    }

    private void receive() throws IOException {
        client.configureBlocking(false);
        try {
            for (int bytes = client.read(buffer.clear()); bytes != 0; bytes = client.read(buffer.clear())) {
                if (bytes < 0) {
                    ended = true;
                    return;
                }
                byte[] came = Arrays.copyOf(buffer.array(), bytes);
                receivePlain(tls == null ? came : tls.unwrap(came));
            }
        } catch (IOException e) {
            ended = true;
            reset = true;
        }
    }

    /** Runs the loop until the condition holds; fails if that takes too long. */
    void await(String what, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("still waiting for %s; received: %s", what, received())
                    .isLessThan(deadline);
            loop.poll(POLL_TIME);
            receive();
        }
    }

    /** Waits until this number of complete lines has been received in all, or the connection has ended. */
    void awaitLines(int lines) throws IOException {
        await(lines + " lines", () -> lines().size() >= lines || ended);
    }

    void awaitEnd() throws IOException {
        await("the end", () -> ended);
    }

    private void receivePlain(byte[] plain) throws IOException {
        received.write(plain);
        addLines(plain);
    }

    private void addLines(byte[] bytes) {
        for (byte b : bytes) {
            unfinishedLine.write(b);
            String line = b == '\n' ? unfinishedLine.toString(UTF_8) : "";
            if (line.endsWith("\r\n")) {
                lines.add(line.substring(0, line.length() - 2));
                unfinishedLine.reset();
            }
        }
    }

    /** The complete lines received so far, without their CRLF. */
    List<String> lines() {
        return lines;
    }

    String received() {
        return received.toString(UTF_8);
    }

    /** Whether the server has closed the connection. */
    boolean ended() {
        return ended;
    }

    /** Whether the connection has ended by a reset. */
    boolean wasReset() {
        return reset;
    }

    /** Whether the server has sent close_notify in TLS. */
    boolean closeNotifyReceived() {
        return tls != null && tls.ended();
    }

    boolean sessionClosed() {
        return closedByServer;
    }

    @Override
    public void close() throws IOException {
        client.close();
        loop.close();
    }
}
