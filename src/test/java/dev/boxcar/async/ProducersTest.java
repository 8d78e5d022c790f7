// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static dev.boxcar.async.Producer.State.EXHAUSTED;
import static dev.boxcar.async.Producer.State.READY;
import static dev.boxcar.async.Producer.State.WAITING;
import static dev.boxcar.async.StrictProducer.drain;
import static dev.boxcar.async.StrictProducer.pieces;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.async.producer.ChunkedProducer;
import dev.boxcar.async.producer.CompositeProducer;
import dev.boxcar.async.producer.EscapingProducer;
import dev.boxcar.async.producer.GlobbingProducer;
import dev.boxcar.async.producer.HookedProducer;
import dev.boxcar.async.producer.LinesProducer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each producer: its states, and what it makes of the pieces of an inner producer. */
class ProducersTest {

    /** The producers that wrap one inner producer. */
    interface Wrapping {
        Producer around(Producer inner);
    }

    static Stream<Wrapping> wrappings() {
        return Stream.of(
                CompositeProducer::of,
                inner -> GlobbingProducer.of(inner, 4),
                inner -> HookedProducer.of(inner, bytes -> {}),
                EscapingProducer::of,
                EscapingProducer::endingInCrlf,
                ChunkedProducer::of);
    }

    @ParameterizedTest
    @MethodSource("wrappings")
    void aWrapperWaitsAndEndsWithTheInnerProducer(Wrapping wrapping) {
        var inner = new StrictProducer("", "a\r\n", "", "b\r\n", "");
        var producer = wrapping.around(inner);
        for (int i = 0; i < 3; i++) {
            assertThat(producer.state()).isEqualTo(WAITING);
            assertThat(producer.state()).isEqualTo(WAITING); // the call changes nothing
            inner.goOn();
            drain(producer);
        }
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
    }

    @ParameterizedTest
    @MethodSource("wrappings")
    void abandoningAWrapperAbandonsTheInnerProducer(Wrapping wrapping) {
        var inner = new StrictProducer("ab", "", "c");
        var producer = wrapping.around(inner);
        assertThat(drain(producer)).contains("ab");
        producer.abandon();
        assertThat(inner.abandoned).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("wrappings")
    void aFailureOfTheInnerProducerPassesThrough(Wrapping wrapping) {
        var inner = new ScriptedProducer("a");
        inner.whenCalled = () -> {
            throw new IllegalStateException("cannot");
        };
        var producer = wrapping.around(inner);
        assertThat(producer.state()).isEqualTo(READY);
        assertThatThrownBy(producer::more).hasMessage("cannot");
    }

    // lines

    @Test
    void linesEndInCrlf() {
        var lines = LinesProducer.of(List.of("one", "", "grün"));
        assertThat(lines.state()).isEqualTo(READY);
        assertThat(drain(lines).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .isEqualTo("one\r\n\r\ngrün\r\n".getBytes(UTF_8));
        assertThat(lines.state()).isEqualTo(EXHAUSTED);
        assertThat(LinesProducer.of(List.of()).state()).isEqualTo(EXHAUSTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\nb", "a\r", "\n"})
    void aLineThatContainsALineEndThrows(String line) {
        var lines = LinesProducer.of(List.of("good", line));
        lines.more();
        assertThatThrownBy(lines::more).isInstanceOf(IllegalArgumentException.class);
    }

    // composite

    @Test
    void producersFollowOneAnother() {
        var first = new StrictProducer("a", "", "b");
        var producer = CompositeProducer.of(
                first, BytesProducer.of(new byte[0]), new StrictProducer(), LinesProducer.of(List.of("c")));
        assertThat(drain(producer)).isEqualTo("a");
        assertThat(producer.state()).isEqualTo(WAITING); // the ready line waits for its turn
        first.goOn();
        assertThat(drain(producer)).isEqualTo("bc\r\n");
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(CompositeProducer.of().state()).isEqualTo(EXHAUSTED);
    }

    @Test
    void allRemainingProducersAreAbandonedEvenIfOneFails() {
        var done = new StrictProducer("a");
        var failing = new ScriptedProducer("b") {
            @Override
            public void abandon() {
                throw new IllegalStateException("cannot give back");
            }
        };
        var last = new StrictProducer("c");
        var producer = CompositeProducer.of(done, failing, last);
        producer.more();
        assertThat(producer.state()).isEqualTo(READY);
        assertThatThrownBy(producer::abandon).hasMessage("cannot give back");
        assertThat(done.abandoned).isZero();
        assertThat(last.abandoned).isEqualTo(1);
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
    }

    // globbing

    @Test
    void smallPiecesAreJoinedAndLargeOnesAreNotCopied() {
        var producer = GlobbingProducer.of(new StrictProducer("a", "bc", "de", "f", "0123456789", "g"), 4);
        assertThat(pieces(producer)).containsExactly("abcd", "ef01", "23456789", "g");
    }

    @Test
    void availableBytesAreNotHeldBack() {
        var inner = new StrictProducer("a", "b", "", "c");
        var producer = GlobbingProducer.of(inner, 1000);
        assertThat(pieces(producer)).containsExactly("ab");
        assertThat(producer.state()).isEqualTo(WAITING);
        inner.goOn();
        assertThat(pieces(producer)).containsExactly("c");
    }

    @Test
    void bytesBeforeAFailureStillLeave() {
        var inner = new ScriptedProducer("a", "b", "c");
        inner.whenCalled = () -> {
            if (inner.pieces.size() == 1) {
                throw new IllegalStateException("cannot");
            }
        };
        var producer = GlobbingProducer.of(inner, 1000);
        assertThat(StrictProducer.textOf(producer.more())).isEqualTo("ab");
        assertThat(producer.state()).isEqualTo(READY);
        assertThatThrownBy(producer::more).hasMessage("cannot");
    }

    @Test
    void anEmptyBufferThrows() {
        for (int bytes : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> GlobbingProducer.of(new StrictProducer(), bytes))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    // hooked

    @Test
    void theHookIsCalledOnceAtTheEnd() {
        var heard = new ArrayList<Long>();
        var inner = new StrictProducer("ab", "cde", "");
        var producer = HookedProducer.of(inner, heard::add);
        drain(producer);
        assertThat(heard).isEmpty();
        inner.goOn();
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(heard).containsExactly(5L);
    }

    @Test
    void theHookIsCalledForEmptyOutput() {
        var heard = new ArrayList<Long>();
        assertThat(HookedProducer.of(new StrictProducer(), heard::add).state()).isEqualTo(EXHAUSTED);
        assertThat(heard).containsExactly(0L);
    }

    @Test
    void theHookIsNotCalledAfterAbandon() {
        var heard = new ArrayList<Long>();
        var producer = HookedProducer.of(new StrictProducer("a"), heard::add);
        producer.more();
        producer.abandon();
        producer.state();
        assertThat(heard).isEmpty();
    }

    @Test
    void aFailingHookFailsItsChannelAfterEarlierOutput() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.send("before ");
            fixture.chat.pushWithProducer(HookedProducer.of(new StrictProducer("a"), bytes -> {
                throw new IllegalStateException("hook");
            }));
            fixture.chat.send("after");
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("before a");
            assertThat(fixture.chat.errors).singleElement().asString().contains("hook");
        }
    }

    @Test
    void theHookMayPushAndClose() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.pushWithProducer(
                    HookedProducer.of(new StrictProducer("a"), bytes -> fixture.chat.send(" then")));
            fixture.awaitReceived("a then");
            fixture.chat.pushWithProducer(HookedProducer.of(new StrictProducer(), bytes -> fixture.chat.close()));
            fixture.chat.send("never");
            fixture.awaitPeerEnded();
            assertThat(fixture.peer.received()).isEqualTo("a then");
            assertThat(fixture.chat.errors).isEmpty();
        }
    }

    // escaping

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                   |",
                "a                  | a",
                ".                  | ..",
                "..                 | ...",
                "a.b.               | a.b.",
                ".CRLF              | ..CRLF",
                "aCRLF.             | aCRLF..",
                "aCRLF.CRLF.CRLF    | aCRLF..CRLF..CRLF",
                "CRLFCRLF.a         | CRLFCRLF..a",
                "aLF.bCR.c          | aLF.bCR.c",
                "CRCRLF.            | CRCRLF..",
                "CRLFLF.            | CRLFLF.",
                "aCRLF              | aCRLF",
            })
    void aDotAtTheBeginningOfALineIsDoubledHoweverTheTextIsSplit(String plain, String escaped) {
        String text = wire(plain);
        for (int size = 1; size <= Math.max(1, text.length()); size++) {
            var pieces = new ArrayList<String>();
            for (int at = 0; at < text.length(); at += size) {
                pieces.add(text.substring(at, Math.min(text.length(), at + size)));
            }
            assertThat(drain(EscapingProducer.of(new StrictProducer(pieces)))).isEqualTo(wire(escaped));
        }
    }

    private static String wire(String text) {
        return text == null ? "" : text.replace("CR", "\r").replace("LF", "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"|", "a|aCRLF", "aCRLF|aCRLF", "aCR|aCRCRLF", "aLF|aLFCRLF", ".|..CRLF", "CRLF|CRLF"})
    void theLastLineIsCompletedOnRequest(String plain, String completed) {
        var producer =
                EscapingProducer.endingInCrlf(new StrictProducer(wire(plain).split("(?<=.)")));
        if (plain == null) {
            producer = EscapingProducer.endingInCrlf(new StrictProducer());
        }
        assertThat(drain(producer)).isEqualTo(wire(completed));
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
    }

    @Test
    void theLastLineIsNotCompletedWhileMoreMayFollow() {
        var inner = new StrictProducer("a", "", "b");
        var producer = EscapingProducer.endingInCrlf(inner);
        assertThat(drain(producer)).isEqualTo("a");
        assertThat(producer.state()).isEqualTo(WAITING);
        inner.goOn();
        assertThat(drain(producer)).isEqualTo("b\r\n");
    }

    // chunked

    @Test
    void eachPieceIsAChunkAndTheLastChunkFollowsOnce() {
        var inner = new StrictProducer("hello", "", "x".repeat(26), "");
        var producer = ChunkedProducer.of(inner);
        assertThat(drain(producer)).isEqualTo("5\r\nhello\r\n"); // complete, although the next piece may take long
        inner.goOn();
        assertThat(drain(producer)).isEqualTo("1a\r\n" + "x".repeat(26) + "\r\n");
        assertThat(producer.state()).isEqualTo(WAITING);
        inner.goOn();
        assertThat(drain(producer)).isEqualTo("0\r\n\r\n");
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(drain(ChunkedProducer.of(new StrictProducer()))).isEqualTo("0\r\n\r\n");
    }

    @Test
    void anEmptyPieceIsNotTakenForTheEnd() {
        var inner = new ScriptedProducer("");
        assertThatThrownBy(() -> drain(ChunkedProducer.of(inner))).isInstanceOf(IllegalStateException.class);
        var endless = new ScriptedProducer();
        endless.staysReady = true;
        assertThatThrownBy(() -> drain(GlobbingProducer.of(endless, 4))).isInstanceOf(IllegalStateException.class);
    }

    // all

    @Test
    void nullArgumentsOfProducersThrow() {
        Producer none = nothing();
        StrictProducer some = new StrictProducer();
        assertThatThrownBy(() -> CompositeProducer.of(none)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> GlobbingProducer.of(none, 1)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> HookedProducer.of(none, n -> {})).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> HookedProducer.of(some, nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> EscapingProducer.of(none)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ChunkedProducer.of(none)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> LinesProducer.of(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> BytesProducer.of(ProducersTest.<byte[]>nothing()))
                .isInstanceOf(NullPointerException.class);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }
}
