// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** A chat, its peer, and the loop, all driven by the test's own thread: nothing happens between two calls. */
final class Talk implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration GLANCE = Duration.ofMillis(10);

    /** What is waited for. */
    interface Condition {
        boolean holds() throws IOException;
    }

    final EventLoop loop = EventLoop.open("test");
    final ItemChat chat;
    final Peer peer;
    final CountingTransport transport;

    Talk(Wire wire) throws IOException {
        this(wire, ItemChat.LF);
    }

    Talk(Wire wire, Terminator terminator) throws IOException {
        chat = new ItemChat(loop);
        var connection = connect(chat, wire);
        peer = connection.peer;
        transport = connection.transport;
        chat.setTerminator(terminator);
        turn();
    }

    /** A connection of a chat: who speaks with it, and what counts its bytes. */
    record Connection(Peer peer, CountingTransport transport) {}

    static Connection connect(Dispatcher chat, Wire wire) throws IOException {
        Wire.Ends ends = wire.connect();
        chat.setSocket(ends.accepted());
        var counting = new CountingTransport[1];
        chat.wrapTransport(plain -> counting[0] = new CountingTransport(plain));
        return new Connection(new Peer(ends.connected(), wire), counting[0]);
    }

    /** Sends the text in pieces of so many bytes, each of which is one read of the chat. */
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

    /** One turn of the loop, without waiting. */
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

    /** Turns the loop until the condition holds; fails when that takes too long. */
    static void await(EventLoop loop, String what, Condition condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("still waiting for " + what).isLessThan(deadline);
            loop.poll(GLANCE);
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
