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

/** A stream is read by helpers, never by the loop; the channel hears of its end, and of its failure. */
@Timeout(60)
class StreamProducerTest {

    /** A stream that notes who reads it, and gives its last bytes when the test lets it. */
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
            throw new AssertionError("octet by octet");
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
    void aStreamLeavesWholeAndInItsPlace(Wire wire) throws IOException {
        String text = "0123456789".repeat(30_000);
        try (var talk = new Talk(wire)) {
            var stream = new Watched(text, 0);
            talk.chat.say("<");
            talk.chat.pushWithProducer(StreamProducer.of(talk.chat, stream));
            talk.chat.say(">");
            talk.awaitReceived("<" + text + ">");
            talk.await("the close", () -> stream.closes.get() == 1);
            assertThat(stream.reader.get()).isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void aFileIsOpenedByAHelperToo(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("message"), ".dot\r\nline");
        try (var talk = new Talk(Wire.TCP)) {
            var opener = new AtomicReference<Thread>();
            var producer = StreamProducer.opening(talk.chat, () -> {
                opener.set(Thread.currentThread());
                return Files.newInputStream(file);
            });
            talk.chat.pushWithProducer(EscapingProducer.endingInCrlf(GlobbingProducer.of(producer, 5)));
            talk.awaitReceived("..dot\r\nline\r\n");
            assertThat(opener.get()).isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void nothingIsReadBeforeItIsTheStreamsTurn() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var first = new Script("first ");
            first.state = Producer.State.WAITING;
            var stream = new Watched("second", 0);
            talk.chat.pushWithProducer(first);
            talk.chat.pushWithProducer(StreamProducer.of(talk.chat, stream));
            talk.turns(3);
            assertThat(stream.begun.getCount()).isEqualTo(1);
            first.state = Producer.State.READY;
            talk.chat.interestChanged();
            talk.awaitReceived("first second");
        }
    }

    @Test
    void theLoopGoesOnWhileAStreamIsRead() throws Exception {
        try (var talk = new Talk(Wire.TCP)) {
            var stream = new Watched("late", 1);
            talk.chat.pushWithProducer(StreamProducer.of(talk.chat, stream));
            talk.await("the read", () -> stream.begun.getCount() == 0);
            talk.deliver("x\n");
            assertThat(talk.chat.items).containsExactly("x");
            assertThat(talk.peer.received()).isEmpty();
            stream.gate.countDown();
            talk.awaitReceived("late");
        }
    }

    @Test
    void aReadThatFailsEndsTheChannelWithItsReasonBehindWhatWasRead() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var stream = new Watched("half", 0);
            stream.fails = true;
            talk.chat.pushWithProducer(StreamProducer.of(talk.chat, stream));
            talk.chat.say("never");
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("half");
            assertThat(talk.chat.errors)
                    .singleElement()
                    .isInstanceOf(UncheckedIOException.class)
                    .asString()
                    .contains("could not be read")
                    .contains("the disk is gone");
            assertThat(stream.closes).hasValue(1);
        }
    }

    @Test
    void whatCannotBeOpenedIsAFailureToo() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.pushWithProducer(StreamProducer.opening(talk.chat, () -> {
                throw new IOException("no such file");
            }));
            talk.await("the failure", talk.chat::isClosed);
            assertThat(talk.chat.errors).singleElement().asString().contains("no such file");
        }
    }

    @Test
    void aStreamThatGivesNothingIsNotAskedForEver() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var stream = new Watched("half", 0);
            stream.givesNothing = true;
            talk.chat.pushWithProducer(StreamProducer.of(talk.chat, stream));
            talk.await("the failure", talk.chat::isClosed);
            assertThat(talk.chat.errors).hasSize(1);
            assertThat(stream.closes).hasValue(1);
        }
    }

    @Test
    void aStreamIsClosedWithItsChannelWhetherItWasReadOrNot() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var unread = new Watched("a", 0);
            var waiting = new Script("first");
            waiting.state = Producer.State.WAITING;
            talk.chat.pushWithProducer(waiting);
            talk.chat.pushWithProducer(HookedProducer.of(StreamProducer.of(talk.chat, unread), bytes -> {}));
            talk.turn();
            talk.chat.close();
            talk.await("the close", () -> unread.closes.get() == 1);
        }
    }

    @Test
    void aStreamThatIsBeingReadIsClosedWhenTheReadReturns() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var stream = new Watched("late", 1);
            var producer = StreamProducer.of(talk.chat, stream);
            talk.chat.pushWithProducer(producer);
            talk.await("the read", () -> stream.begun.getCount() == 0);
            talk.chat.close();
            producer.abandon(); // again is harmless
            assertThat(producer.state()).isEqualTo(Producer.State.EXHAUSTED);
            talk.turns(3);
            assertThat(stream.closes).hasValue(0);
            stream.gate.countDown();
            talk.await("the close", () -> stream.closes.get() == 1);
            assertThat(talk.chat.errors).isEmpty();
        }
    }

    @Test
    void aStreamIsClosedThoughItsLoopHasEnded() throws IOException {
        var stream = new Watched("late", 1);
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.pushWithProducer(StreamProducer.of(talk.chat, stream));
            talk.await("the read", () -> stream.begun.getCount() == 0);
        }
        stream.gate.countDown();
        while (stream.closes.get() == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whenTheHelpersAreBusyTheChannelFailsAndTheStreamIsClosed() throws Exception {
        var release = new CountDownLatch(1);
        try (var helpers = WorkerPool.open("busy", 1, 1);
                var loop = EventLoop.open("test", helpers)) {
            var chat = new ItemChat(loop);
            var begun = new CountDownLatch(1);
            helpers.execute(() -> {
                begun.countDown();
                WorkerPoolTest.await(release);
            });
            begun.await();
            helpers.execute(() -> {});
            try (var peer = Talk.connect(chat, Wire.TCP).peer()) {
                var stream = new Watched("never", 0);
                chat.pushWithProducer(StreamProducer.of(chat, stream));
                Talk.await(loop, "the failure", chat::isClosed);
                assertThat(chat.errors).singleElement().asString().contains("busy");
                assertThat(peer.received()).isEmpty();
                release.countDown();
                Talk.await(loop, "the close", () -> stream.closes.get() == 1);
            }
        } finally {
            release.countDown();
        }
    }

    @Test
    void aProducerThatWasNotReadyHasNothing() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            var stream = new Watched("x", 0);
            var producer = StreamProducer.of(talk.chat, stream);
            assertThatThrownBy(producer::more).isInstanceOf(IllegalStateException.class);
            producer.abandon();
        }
    }
}
