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

/** Wrong use of a channel throws immediately and does not change the channel. */
class BadInputTest {

    static Stream<Consumer<RecordingChat>> closes() {
        return Stream.of(RecordingChat::close, RecordingChat::closeWhenDone, RecordingChat::shutdownWhenDone);
    }

    @ParameterizedTest
    @MethodSource("closes")
    void everyPushAfterACloseThrowsAndASecondCloseIsHarmless(Consumer<RecordingChat> close) throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.send("said");
            fixture.turn();
            close.accept(fixture.chat);
            var producer = new StrictProducer("never");
            List<ThrowingCallable> pushes = List.of(
                    () -> fixture.chat.push(new byte[] {1}),
                    () -> fixture.chat.push(new byte[] {1}, 0, 1),
                    () -> fixture.chat.push(new byte[0]),
                    () -> fixture.chat.pushWithProducer(producer));
            for (var push : pushes) {
                assertThatThrownBy(push).isInstanceOf(IllegalStateException.class);
            }
            close.accept(fixture.chat);
            fixture.chat.close();
            close.accept(fixture.chat);
            for (var push : pushes) {
                assertThatThrownBy(push).isInstanceOf(IllegalStateException.class);
            }
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("said");
            assertThat(fixture.chat.events).containsExactly("closed");
            assertThat(producer.abandoned).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("counts")
    void a10_aNegativeCountThrowsEvenWithoutAChannel(long count) throws IOException {
        try (var loop = EventLoop.open("test")) {
            var chat = new RecordingChat(loop);
            chat.setTerminator(RecordingChat.CRLF);
            assertThatThrownBy(() -> chat.setTerminator(Terminator.count(count)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(count));
            assertThat(chat.terminator()).isEqualTo(RecordingChat.CRLF);
        }
    }

    static Stream<Long> counts() {
        return Stream.of(-1L, -2L, Long.MIN_VALUE);
    }

    @Test
    void nullArgumentsThrowImmediately() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP);
                var loop = EventLoop.open("fresh")) {
            var fresh = new RecordingDispatcher(loop);
            List<ThrowingCallable> uses = List.of(
                    () -> fresh.connect(nothing()),
                    () -> fresh.setSocket(nothing()),
                    () -> fresh.setSource(nothing()),
                    () -> fresh.setSink(nothing()),
                    () -> fixture.loop.execute(nothing()),
                    () -> fixture.loop.schedule(Duration.ZERO, nothing()),
                    () -> fixture.loop.workers().execute(nothing()),
                    () -> EventLoop.open("test", BadInputTest.<WorkerPool>nothing()),
                    () -> Terminator.of(BadInputTest.<byte[]>nothing()),
                    () -> StreamProducer.of(fixture.chat, nothing()),
                    () -> StreamProducer.of(nothing(), new ByteArrayInputStream(new byte[0])),
                    () -> StreamProducer.opening(fixture.chat, nothing()));
            for (var use : uses) {
                assertThatThrownBy(use).isInstanceOf(NullPointerException.class);
            }
            fresh.createSocket(StandardProtocolFamily.INET); // it is still fresh
            assertThat(loop.size()).isZero();
            fixture.deliver("x\n");
            fixture.chat.send("intact");
            fixture.awaitReceived("intact");
            assertThat(fixture.chat.items).containsExactly("x");
        }
    }

    @Test
    void aFreshChannelAndAStreamAreConfinedToTheLoopThread() throws Exception {
        var thrown = new ArrayList<Throwable>();
        var pipe = Pipe.open();
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var fresh = new RecordingDispatcher(fixture.loop);
            var stream = StreamProducer.of(fixture.chat, new ByteArrayInputStream(new byte[] {'x'}));
            List<ThrowingCallable> uses = List.of(
                    () -> fresh.createSocket(StandardProtocolFamily.INET),
                    () -> fresh.createServerSocket(StandardProtocolFamily.INET),
                    () -> fresh.connect(ConnectionType.TCP.freeAddress()),
                    () -> fresh.bind(ConnectionType.TCP.freeAddress()),
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
            fixture.chat.pushWithProducer(stream);
            fixture.awaitReceived("x");
        } finally {
            pipe.source().close();
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }
}
