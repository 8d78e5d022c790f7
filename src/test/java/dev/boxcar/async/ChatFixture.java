// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** A chat, its peer and the loop, all driven by the test's own thread: nothing happens between two calls. */
final class ChatFixture implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration POLL_TIME = Duration.ofMillis(10);

    /** A condition to wait for. */
    interface Condition {
        boolean holds() throws IOException;
    }

    final EventLoop loop = EventLoop.open("test");
    final RecordingChat chat;
    final Peer peer;
    final CountingTransport transport;

    ChatFixture(ConnectionType wire) throws IOException {
        this(wire, RecordingChat.LF);
    }

    ChatFixture(ConnectionType wire, Terminator terminator) throws IOException {
        chat = new RecordingChat(loop);
        var connection = connect(chat, wire);
        peer = connection.peer;
        transport = connection.transport;
        chat.setTerminator(terminator);
        turn();
    }

    /** A connection of a chat: the peer, and the transport that counts bytes. */
    record Connection(Peer peer, CountingTransport transport) {}

    static Connection connect(Dispatcher chat, ConnectionType wire) throws IOException {
        ConnectionType.Ends ends = wire.connect();
        chat.setSocket(ends.accepted());
        var counting = new CountingTransport[1];
        chat.wrapTransport(plain -> counting[0] = new CountingTransport(plain));
        return new Connection(new Peer(ends.connected(), wire), counting[0]);
    }

    /** Sends the text in pieces of {@code chunk} bytes; the chat reads each with one read. */
    void deliver(String text, int chunk) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        for (int at = 0; at < bytes.length && !chat.isClosed(); ) {
            int to = (int) Math.min(bytes.length, (long) at + chunk);
            long before = transport.bytesRead;
            int sent = peer.send(Arrays.copyOfRange(bytes, at, to));
            at += sent;
            turn();
            await("the chat to read", () -> transport.bytesRead >= before + sent || chat.isClosed());
        }
        turns(3);
    }

    void deliver(String text) throws IOException {
        deliver(text, Integer.MAX_VALUE);
    }

    /** Takes one turn of the loop without waiting. */
    void turn() {
        loop.poll(Duration.ZERO);
    }

    void turns(int number) {
        for (int i = 0; i < number; i++) {
            turn();
        }
    }

    void await(String what, Condition condition) throws IOException {
        await(loop, what, condition);
    }

    /** Polls the loop until the condition holds; fails if that takes too long. */
    static void await(EventLoop loop, String what, Condition condition) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("still waiting for " + what).isLessThan(deadline);
            loop.poll(POLL_TIME);
        }
    }

    void awaitReceived(String text) throws IOException {
        await("the peer to receive", () -> peer.bytes() >= text.length() || peer.ended);
        assertThat(peer.received()).isEqualTo(text);
    }

    void awaitPeerEnded() throws IOException {
        await("the peer to see the end", () -> {
            peer.receive(Integer.MAX_VALUE);
            return peer.ended;
        });
    }

    @Override
    public void close() throws IOException {
        loop.close();
        peer.close();
    }
}
