// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.async.producer.LinesProducer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two ends of a pipe are channels with one direction each. */
@Timeout(60)
class PipeTest {
    private EventLoop loop;
    private Pipe pipe;

    PipeTest() throws IOException {
        loop = EventLoop.open("test");
        pipe = Pipe.open();
    }

    @BeforeEach
    void doNotBlock() throws IOException {
        pipe.source().configureBlocking(false);
    }

    @AfterEach
    void end() throws IOException {
        loop.close();
        pipe.source().close();
        pipe.sink().close();
    }

    private RecordingChat reader() throws IOException {
        var chat = new RecordingChat(loop);
        chat.setTerminator(RecordingChat.CRLF);
        chat.setSource(pipe.source());
        return chat;
    }

    private RecordingChat writer() throws IOException {
        var chat = new RecordingChat(loop);
        chat.setSink(pipe.sink());
        return chat;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void readsLinesFromASource(int chunk) throws IOException {
        RecordingChat reader = reader();
        assertThat(reader.isConnected()).isTrue();
        loop.poll(Duration.ZERO);
        byte[] text = "one\r\n\r\ntwo\r\nthr".getBytes(ISO_8859_1);
        for (int at = 0; at < text.length; at += chunk) {
            pipe.sink().write(ByteBuffer.wrap(text, at, Math.min(chunk, text.length - at)));
            loop.poll(Duration.ZERO);
        }
        ChatFixture.await(loop, "the lines", () -> reader.items.size() == 3);
        assertThat(reader.items).containsExactly("one", "", "two");
        pipe.sink().close();
        ChatFixture.await(loop, "the end", reader::isClosed);
        assertThat(reader.events).containsExactly("end", "close", "closed");
        assertThat(pipe.source().isOpen()).isFalse();
    }

    @Test
    void muchDataPassesThroughAPipeInOrder() throws IOException {
        RecordingChat reader = reader();
        RecordingChat writer = writer();
        String line = "0123456789".repeat(50_000);
        writer.send(line + "\r\n");
        writer.pushWithProducer(LinesProducer.of(List.of("a", "b")));
        writer.closeWhenDone();
        ChatFixture.await(loop, "the end", reader::isClosed);
        assertThat(reader.items).containsExactly(line, "a", "b");
        assertThat(writer.events).containsExactly("closed");
        assertThat(loop.size()).isZero();
    }

    @Test
    void aHalfCloseOfASinkClosesIt() throws IOException {
        RecordingChat reader = reader();
        RecordingChat writer = writer();
        writer.send("x\r\n");
        writer.shutdownWhenDone();
        ChatFixture.await(loop, "the end", reader::isClosed);
        assertThat(reader.items).containsExactly("x");
        assertThat(writer.isClosed()).isTrue();
        assertThat(writer.errors).isEmpty();
    }

    @Test
    void aSinkWhoseReaderIsGoneCloses() throws IOException {
        RecordingChat writer = writer();
        pipe.source().close();
        writer.send("anybody there?");
        ChatFixture.await(loop, "the close", writer::isClosed);
        assertThat(writer.events).containsExactly("close", "closed");
    }

    @Test
    void aSinkGetsNoReadEventAndAnIdlePipeLetsTheLoopSleep() throws IOException {
        RecordingChat reader = reader();
        RecordingChat writer = writer();
        loop.poll(Duration.ZERO);
        long begin = System.nanoTime();
        loop.poll(Duration.ofMillis(60));
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(60_000_000);
        assertThat(writer.events).isEmpty();
        assertThat(reader.events).isEmpty();
    }

    @Test
    void aDispatcherGetsTheEventsOfItsEnd() throws IOException {
        var source = new RecordingDispatcher(loop);
        var sink = new RecordingDispatcher(loop);
        source.writable = true;
        sink.writable = true;
        source.setSource(pipe.source());
        sink.setSink(pipe.sink());
        ChatFixture.await(loop, "to be writable", () -> !sink.events.isEmpty());
        sink.send(ByteBuffer.wrap(new byte[] {'x'}));
        ChatFixture.await(loop, "the input", () -> source.input.position() == 1);
        assertThat(source.events).containsExactly("read");
        assertThat(sink.events).containsExactly("write");
        assertThat(sink.localAddress()).isNull();
        assertThat(sink).asString().matches("RecordingDispatcher@[0-9a-f]+ connected");
    }

    @Test
    void aSourceCannotBeWrittenTo() throws IOException {
        var source = new RecordingDispatcher(loop);
        source.setSource(pipe.source());
        assertThatThrownBy(() -> source.send(ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
        RecordingChat writer = writer();
        assertThatThrownBy(() -> writer.setSource(pipe.source())).isInstanceOf(IllegalStateException.class);
        assertThat(writer.isConnected()).isTrue();
    }

    @Test
    void aClosedEndIsRejected() throws IOException {
        pipe.sink().close();
        var writer = new RecordingChat(loop);
        assertThatThrownBy(() -> writer.setSink(pipe.sink())).isInstanceOf(IOException.class);
        assertThat(loop.size()).isZero();
        writer.close();
    }
}
