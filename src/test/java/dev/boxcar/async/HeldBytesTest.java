// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.buffer.HeldBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The bytes that all chats of a loop hold are counted. When they hold much, each may hold less; when they hold too
 * much, the right ones are closed.
 */
class HeldBytesTest {
    /** Of this heap, 64 KiB are much and 128 KiB too much. */
    private static final long HEAP_BYTES = 64 * 64 * 1024;

    private static final int KIB = 1024;

    private final HeldBytes held = new HeldBytes(HEAP_BYTES);
    private EventLoop loop;

    @BeforeEach
    void open() throws IOException {
        loop = EventLoop.open("test");
    }

    @AfterEach
    void close() throws IOException {
        loop.close();
    }

    private static HeldBytes.Holder holder() {
        return new HeldBytes.Holder() {
            @Override
            public void giveUp() {
                throw new AssertionError();
            }
        };
    }

    private AsyncChat chat() {
        return new AsyncChat(loop) {
            @Override
            protected void collectIncomingData(byte[] bytes, int from, int to) {
                throw new AssertionError();
            }

            @Override
            protected void foundTerminator() {
                throw new AssertionError();
            }
        };
    }

    @Test
    void readsAreSmallerWhileMuchIsHeld() {
        HeldBytes.Share share = held.share();
        share.count(holder(), 60 * KIB, 4 * KIB, 4 * KIB);
        assertThat(held.readBytes(64 * KIB)).isEqualTo(64 * KIB);
        share.count(holder(), 60 * KIB, 4 * KIB + 1, 4 * KIB + 1);
        assertThat(held.readBytes(64 * KIB)).isEqualTo(4 * KIB);
        share.count(holder(), 0, 0, 0);
        assertThat(held.bytes()).isZero();
        assertThat(held.readBytes(64 * KIB)).isEqualTo(64 * KIB);
    }

    @Test
    void inputAloneNeverClosesAChannel() {
        held.share().count(holder(), 1000 * KIB, 0, 0);
        assertThat(held.excess()).isNull();
    }

    @Test
    void theHolderWhosePeerTookNothingForTheLongestTimeGoesFirst() {
        HeldBytes.Holder first = holder();
        HeldBytes.Holder second = holder();
        HeldBytes.Share shareOfFirst = held.share();
        HeldBytes.Share shareOfSecond = held.share();
        shareOfFirst.count(first, 0, 70 * KIB, 70 * KIB);
        shareOfSecond.count(second, 0, 58 * KIB, 58 * KIB);
        assertThat(held.excess()).isNull();
        shareOfSecond.count(second, 0, 59 * KIB, 59 * KIB);
        assertThat(held.excess()).isSameAs(first);
        shareOfFirst.count(first, 0, 69 * KIB + 1, 69 * KIB + 1); // its peer has taken some
        assertThat(held.excess()).isSameAs(second);
        shareOfSecond.count(second, 0, 0, 0);
        assertThat(held.excess()).isNull();
    }

    @Test
    void aHolderWithLittleOutputIsKept() {
        HeldBytes.Holder large = holder();
        HeldBytes.Share share = held.share();
        held.share().count(holder(), 0, HeldBytes.LITTLE, HeldBytes.LITTLE);
        share.count(large, 0, 200 * KIB, 200 * KIB);
        assertThat(held.excess()).isSameAs(large);
        share.count(large, 0, 0, 0);
        assertThat(held.excess()).isNull();
    }

    @Test
    void outputThatWaitsForAProducerIsNotRefusedOutput() {
        HeldBytes.Share share = held.share();
        HeldBytes.Holder chat = holder();
        share.count(chat, 0, 200 * KIB, 0);
        assertThat(held.isMuch()).isTrue();
        assertThat(held.excess()).isNull();
        held.share().count(holder(), 0, 10 * KIB, 10 * KIB);
        assertThat(held.excess())
                .as("a small holder is not given up for output that waits elsewhere")
                .isNull();
        share.count(chat, 0, 200 * KIB, 200 * KIB);
        assertThat(held.excess()).isNotNull();
        share.count(chat, 0, 200 * KIB, 0);
        assertThat(held.excess()).isNull();
    }

    /** A waiting reply holds back the output after it, which is not the peer's fault. */
    @Test
    void aChannelWithAWaitingReplyIsNotGivenUp() throws IOException {
        AsyncChat chat = chat();
        var socket = SocketChannel.open();
        try (var listener = ServerSocketChannel.open().bind(null);
                socket) {
            socket.connect(listener.getLocalAddress());
            chat.setSocket(socket);
            chat.pushWithProducer(new Producer() {
                @Override
                public State state() {
                    return State.WAITING;
                }

                @Override
                public ByteBuffer more() {
                    throw new AssertionError();
                }
            });
            byte[] mebibyte = new byte[1024 * KIB];
            for (long pushed = 0; pushed <= Runtime.getRuntime().maxMemory() / 32; pushed += mebibyte.length) {
                chat.push(mebibyte); // the array is not copied
            }
            loop.poll(Duration.ZERO);
            assertThat(loop.buffers().held().isMuch()).isTrue();
            assertThat(chat.isClosed()).isFalse();
        }
    }

    @Test
    void aClosedChatHoldsNothing() throws IOException {
        var closed = new AtomicBoolean();
        var chat = new AsyncChat(loop) {
            @Override
            protected void collectIncomingData(byte[] bytes, int from, int to) {
                throw new AssertionError();
            }

            @Override
            protected void foundTerminator() {
                throw new AssertionError();
            }

            @Override
            protected void closed() {
                closed.set(true);
            }
        };
        var socket = SocketChannel.open();
        try (var listener = ServerSocketChannel.open().bind(null);
                socket) {
            socket.connect(listener.getLocalAddress());
            chat.setSocket(socket);
            chat.push(new byte[32 * 1024 * 1024]); // more than any socket takes at once
            loop.poll(Duration.ZERO);
            assertThat(loop.buffers().held().bytes()).isPositive();
            chat.close();
        }
        assertThat(closed).isTrue();
        assertThat(loop.buffers().held().bytes()).isZero();
    }
}
