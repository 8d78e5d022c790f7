// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.async.producer.EscapingProducer;
import dev.boxcar.async.producer.GlobbingProducer;
import dev.boxcar.async.producer.HookedProducer;
import dev.boxcar.async.producer.StreamProducer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers read a stream, never the loop. Its end and its failure reach the channel. */
@Timeout(60)
class StreamProducerTest {

    /** A stream that records which threads use it and returns its last bytes when the test allows. */
    private static final class Watched extends InputStream {
        final ByteArrayInputStream inner;
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch gate;
        final AtomicInteger closes = new AtomicInteger();
        final AtomicReference<Thread> reader = new AtomicReference<>();
        volatile boolean fails;
        volatile boolean givesNothing;

        Watched(String text, int gates) {
            inner = new ByteArrayInputStream(text.getBytes(ISO_8859_1));
            gate = new CountDownLatch(gates);
        }

        @Override
        public int read() {
            throw new AssertionError("byte by byte");
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            reader.set(Thread.currentThread());
            begun.countDown();
            try {
                if (!gate.await(30, TimeUnit.SECONDS)) {
                    throw new IOException("the test never let it go on");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (fails && inner.available() == 0) {
                throw new IOException("the disk is gone");
            }
            return givesNothing ? 0 : inner.read(bytes, from, length);
        }

        @Override
        public void close() {
            if (Thread.currentThread().getName().startsWith("worker-")) {
                closes.incrementAndGet();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsSentCompletelyAndInOrder(ConnectionType wire) throws IOException {
        String text = "0123456789".repeat(30_000);
        try (var fixture = new ChatFixture(wire)) {
            var stream = new Watched(text, 0);
            fixture.chat.send("<");
            fixture.chat.pushWithProducer(StreamProducer.of(fixture.chat, stream));
            fixture.chat.send(">");
            fixture.awaitReceived("<" + text + ">");
            fixture.await("the close", () -> stream.closes.get() == 1);
            assertThat(stream.reader.get()).isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void aWorkerOpensTheFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("message"), ".dot\r\nline");
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var opener = new AtomicReference<Thread>();
            var producer = StreamProducer.opening(fixture.chat, () -> {
                opener.set(Thread.currentThread());
                return Files.newInputStream(file);
            });
            fixture.chat.pushWithProducer(EscapingProducer.endingInCrlf(GlobbingProducer.of(producer, 5)));
            fixture.awaitReceived("..dot\r\nline\r\n");
            assertThat(opener.get()).isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void nothingIsReadBeforeTheStreamsTurn() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var first = new ScriptedProducer("first ");
            first.state = Producer.State.WAITING;
            var stream = new Watched("second", 0);
            fixture.chat.pushWithProducer(first);
            fixture.chat.pushWithProducer(StreamProducer.of(fixture.chat, stream));
            fixture.turns(3);
            assertThat(stream.begun.getCount()).isEqualTo(1);
            first.state = Producer.State.READY;
            fixture.chat.interestChanged();
            fixture.awaitReceived("first second");
        }
    }

    @Test
    void theLoopRunsWhileAStreamIsRead() throws Exception {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var stream = new Watched("late", 1);
            fixture.chat.pushWithProducer(StreamProducer.of(fixture.chat, stream));
            fixture.await("the read", () -> stream.begun.getCount() == 0);
            fixture.deliver("x\n");
            assertThat(fixture.chat.items).containsExactly("x");
            assertThat(fixture.peer.received()).isEmpty();
            stream.gate.countDown();
            fixture.awaitReceived("late");
        }
    }

    @Test
    void aFailingReadFailsTheChannelAfterEverythingReadBefore() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var stream = new Watched("half", 0);
            stream.fails = true;
            fixture.chat.pushWithProducer(StreamProducer.of(fixture.chat, stream));
            fixture.chat.send("never");
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("half");
            assertThat(fixture.chat.errors)
                    .singleElement()
                    .isInstanceOf(UncheckedIOException.class)
                    .asString()
                    .contains("could not be read")
                    .contains("the disk is gone");
            assertThat(stream.closes).hasValue(1);
        }
    }

    @Test
    void aStreamThatCannotBeOpenedFailsTheChannel() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.pushWithProducer(StreamProducer.opening(fixture.chat, () -> {
                throw new IOException("no such file");
            }));
            fixture.await("the failure", fixture.chat::isClosed);
            assertThat(fixture.chat.errors).singleElement().asString().contains("no such file");
        }
    }

    @Test
    void aStreamThatReturnsNothingFailsTheChannel() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var stream = new Watched("half", 0);
            stream.givesNothing = true;
            fixture.chat.pushWithProducer(StreamProducer.of(fixture.chat, stream));
            fixture.await("the failure", fixture.chat::isClosed);
            assertThat(fixture.chat.errors).hasSize(1);
            assertThat(stream.closes).hasValue(1);
        }
    }

    @Test
    void aStreamIsClosedWithItsChannel() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var unread = new Watched("a", 0);
            var waiting = new ScriptedProducer("first");
            waiting.state = Producer.State.WAITING;
            fixture.chat.pushWithProducer(waiting);
            fixture.chat.pushWithProducer(HookedProducer.of(StreamProducer.of(fixture.chat, unread), bytes -> {}));
            fixture.turn();
            fixture.chat.close();
            fixture.await("the close", () -> unread.closes.get() == 1);
        }
    }

    @Test
    void aStreamIsClosedAfterTheReadInProgress() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var stream = new Watched("late", 1);
            var producer = StreamProducer.of(fixture.chat, stream);
            fixture.chat.pushWithProducer(producer);
            fixture.await("the read", () -> stream.begun.getCount() == 0);
            fixture.chat.close();
            producer.abandon(); // a second call is harmless
            assertThat(producer.state()).isEqualTo(Producer.State.EXHAUSTED);
            fixture.turns(3);
            assertThat(stream.closes).hasValue(0);
            stream.gate.countDown();
            fixture.await("the close", () -> stream.closes.get() == 1);
            assertThat(fixture.chat.errors).isEmpty();
        }
    }

    @Test
    void aStreamIsClosedEvenIfItsLoopHasEnded() throws IOException {
        var stream = new Watched("late", 1);
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.pushWithProducer(StreamProducer.of(fixture.chat, stream));
            fixture.await("the read", () -> stream.begun.getCount() == 0);
        }
        stream.gate.countDown();
        while (stream.closes.get() == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theChannelFailsAndTheStreamIsClosedWhenTheWorkersAreBusy() throws Exception {
        var release = new CountDownLatch(1);
        try (var workers = WorkerPool.open("busy", 1, 1);
                var loop = EventLoop.open("test", workers)) {
            var chat = new RecordingChat(loop);
            var begun = new CountDownLatch(1);
            workers.execute(() -> {
                begun.countDown();
                WorkerPoolTest.await(release);
            });
            begun.await();
            workers.execute(() -> {});
            try (var peer = ChatFixture.connect(chat, ConnectionType.TCP).peer()) {
                var stream = new Watched("never", 0);
                chat.pushWithProducer(StreamProducer.of(chat, stream));
                ChatFixture.await(loop, "the failure", chat::isClosed);
                assertThat(chat.errors).singleElement().asString().contains("busy");
                assertThat(peer.received()).isEmpty();
                release.countDown();
                ChatFixture.await(loop, "the close", () -> stream.closes.get() == 1);
            }
        } finally {
            release.countDown();
        }
    }

    @Test
    void moreThrowsWhileNothingIsRead() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var stream = new Watched("x", 0);
            var producer = StreamProducer.of(fixture.chat, stream);
            assertThatThrownBy(producer::more).isInstanceOf(IllegalStateException.class);
            producer.abandon();
        }
    }
}
