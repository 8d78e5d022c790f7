// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.boxcar.async.producer.StreamProducer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever uses a channel wrongly is told at once, and the channel is as it was. */
class BadInputTest {

    static Stream<Consumer<ItemChat>> closes() {
        return Stream.of(ItemChat::close, ItemChat::closeWhenDone, ItemChat::shutdownWhenDone);
    }

    @ParameterizedTest
    @MethodSource("closes")
    void everyPushBehindACloseIsRefusedAndASecondCloseIsHarmless(Consumer<ItemChat> close) throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.say("said");
            talk.turn();
            close.accept(talk.chat);
            var producer = new Halting("never");
            List<ThrowingCallable> pushes = List.of(
                    () -> talk.chat.push(new byte[] {1}),
                    () -> talk.chat.push(new byte[] {1}, 0, 1),
                    () -> talk.chat.push(new byte[0]),
                    () -> talk.chat.pushWithProducer(producer));
            for (var push : pushes) {
                assertThatThrownBy(push).isInstanceOf(IllegalStateException.class);
            }
            close.accept(talk.chat);
            talk.chat.close();
            close.accept(talk.chat);
            for (var push : pushes) {
                assertThatThrownBy(push).isInstanceOf(IllegalStateException.class);
            }
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("said");
            assertThat(talk.chat.events).containsExactly("closed");
            assertThat(producer.abandoned).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("counts")
    void a10_aNegativeCountIsRefusedAlsoByAChatWithoutAChannel(long count) throws IOException {
        try (var loop = EventLoop.open("test")) {
            var chat = new ItemChat(loop);
            chat.setTerminator(ItemChat.CRLF);
            assertThatThrownBy(() -> chat.setTerminator(Terminator.count(count)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(count));
            assertThat(chat.terminator()).isEqualTo(ItemChat.CRLF);
        }
    }

    static Stream<Long> counts() {
        return Stream.of(-1L, -2L, Long.MIN_VALUE);
    }

    @Test
    void nothingIsRefusedAtOnceWhereverSomethingIsExpected() throws IOException {
        try (var talk = new Talk(Wire.TCP);
                var loop = EventLoop.open("fresh")) {
            var fresh = new Watcher(loop);
            List<ThrowingCallable> uses = List.of(
                    () -> fresh.connect(nothing()),
                    () -> fresh.setSocket(nothing()),
                    () -> fresh.setSource(nothing()),
                    () -> fresh.setSink(nothing()),
                    () -> talk.loop.execute(nothing()),
                    () -> talk.loop.schedule(Duration.ZERO, nothing()),
                    () -> talk.loop.workers().execute(nothing()),
                    () -> EventLoop.open("test", BadInputTest.<WorkerPool>nothing()),
                    () -> Terminator.of(BadInputTest.<byte[]>nothing()),
                    () -> StreamProducer.of(talk.chat, nothing()),
                    () -> StreamProducer.of(nothing(), new ByteArrayInputStream(new byte[0])),
                    () -> StreamProducer.opening(talk.chat, nothing()));
            for (var use : uses) {
                assertThatThrownBy(use).isInstanceOf(NullPointerException.class);
            }
            fresh.createSocket(StandardProtocolFamily.INET); // it is as fresh as it was
            assertThat(loop.size()).isZero();
            talk.deliver("x\n");
            talk.chat.say("intact");
            talk.awaitReceived("intact");
            assertThat(talk.chat.items).containsExactly("x");
        }
    }

    @Test
    void aFreshChannelAndAStreamBelongToTheLoopsThreadToo() throws Exception {
        var thrown = new ArrayList<Throwable>();
        var pipe = Pipe.open();
        try (var talk = new Talk(Wire.TCP)) {
            var fresh = new Watcher(talk.loop);
            var stream = StreamProducer.of(talk.chat, new ByteArrayInputStream(new byte[] {'x'}));
            List<ThrowingCallable> uses = List.of(
                    () -> fresh.createSocket(StandardProtocolFamily.INET),
                    () -> fresh.createServerSocket(StandardProtocolFamily.INET),
                    () -> fresh.connect(Wire.TCP.freeAddress()),
                    () -> fresh.bind(Wire.TCP.freeAddress()),
                    fresh::listen,
                    fresh::accept,
                    fresh::setReuseAddress,
                    () -> fresh.setSource(pipe.source()),
                    () -> fresh.setSink(pipe.sink()),
                    stream::state,
                    stream::abandon);
            var foreign = new Thread(() -> uses.forEach(use -> thrown.add(catchThrowable(use))));
            foreign.start();
            foreign.join();
            assertThat(thrown)
                    .hasSameSizeAs(uses)
                    .allSatisfy(each -> assertThat(each)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("belongs to"));
            fresh.setSink(pipe.sink());
            talk.chat.pushWithProducer(stream);
            talk.awaitReceived("x");
        } finally {
            pipe.source().close();
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }
}
