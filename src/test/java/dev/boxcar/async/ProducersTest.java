// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static dev.boxcar.async.Halting.drain;
import static dev.boxcar.async.Halting.piecesOf;
import static dev.boxcar.async.Producer.State.EXHAUSTED;
import static dev.boxcar.async.Producer.State.READY;
import static dev.boxcar.async.Producer.State.WAITING;
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

/** Each producer of the family: when it is exhausted, when it is ready, and what it makes of another one's pieces. */
class ProducersTest {

    /** Those that wrap one other producer. */
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
    void aWrapperWaitsWhileTheOtherWaitsAndIsExhaustedOnlyBehindIt(Wrapping wrapping) {
        var inner = new Halting("", "a\r\n", "", "b\r\n", "");
        var producer = wrapping.around(inner);
        for (int i = 0; i < 3; i++) {
            assertThat(producer.state()).isEqualTo(WAITING);
            assertThat(producer.state()).isEqualTo(WAITING); // to ask changes nothing
            inner.goOn();
            drain(producer);
        }
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
    }

    @ParameterizedTest
    @MethodSource("wrappings")
    void whoIsAbandonedAbandonsWhatItWraps(Wrapping wrapping) {
        var inner = new Halting("ab", "", "c");
        var producer = wrapping.around(inner);
        assertThat(drain(producer)).contains("ab");
        producer.abandon();
        assertThat(inner.abandoned).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("wrappings")
    void aFailureOfTheOtherPassesThrough(Wrapping wrapping) {
        var inner = new Script("a");
        inner.whenAsked = () -> {
            throw new IllegalStateException("cannot");
        };
        var producer = wrapping.around(inner);
        assertThat(producer.state()).isEqualTo(READY);
        assertThatThrownBy(producer::more).hasMessage("cannot");
    }

    // lines

    @Test
    void linesGetTheirCrlf() {
        var lines = LinesProducer.of(List.of("one", "", "grün"));
        assertThat(lines.state()).isEqualTo(READY);
        assertThat(drain(lines).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .isEqualTo("one\r\n\r\ngrün\r\n".getBytes(UTF_8));
        assertThat(lines.state()).isEqualTo(EXHAUSTED);
        assertThat(LinesProducer.of(List.of()).state()).isEqualTo(EXHAUSTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\nb", "a\r", "\n"})
    void aLineWithinALineIsRefused(String line) {
        var lines = LinesProducer.of(List.of("good", line));
        lines.more();
        assertThatThrownBy(lines::more).isInstanceOf(IllegalArgumentException.class);
    }

    // composite

    @Test
    void severalProducersFollowOneAnother() {
        var first = new Halting("a", "", "b");
        var producer = CompositeProducer.of(
                first, BytesProducer.of(new byte[0]), new Halting(), LinesProducer.of(List.of("c")));
        assertThat(drain(producer)).isEqualTo("a");
        assertThat(producer.state()).isEqualTo(WAITING); // the line that is ready keeps its place
        first.goOn();
        assertThat(drain(producer)).isEqualTo("bc\r\n");
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(CompositeProducer.of().state()).isEqualTo(EXHAUSTED);
    }

    @Test
    void allThatAreLeftAreAbandonedThoughOneFails() {
        var done = new Halting("a");
        var failing = new Script("b") {
            @Override
            public void abandon() {
                throw new IllegalStateException("cannot give back");
            }
        };
        var last = new Halting("c");
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
    void smallPiecesAreJoinedAndLargeOnesLeftWhole() {
        var producer = GlobbingProducer.of(new Halting("a", "bc", "de", "f", "0123456789", "g"), 4);
        assertThat(piecesOf(producer)).containsExactly("abcd", "ef01", "23456789", "g");
    }

    @Test
    void whatThereIsIsPassedOnRatherThanHeldBack() {
        var inner = new Halting("a", "b", "", "c");
        var producer = GlobbingProducer.of(inner, 1000);
        assertThat(piecesOf(producer)).containsExactly("ab");
        assertThat(producer.state()).isEqualTo(WAITING);
        inner.goOn();
        assertThat(piecesOf(producer)).containsExactly("c");
    }

    @Test
    void whatWasJoinedBeforeAFailureStillLeaves() {
        var inner = new Script("a", "b", "c");
        inner.whenAsked = () -> {
            if (inner.pieces.size() == 1) {
                throw new IllegalStateException("cannot");
            }
        };
        var producer = GlobbingProducer.of(inner, 1000);
        assertThat(Halting.textOf(producer.more())).isEqualTo("ab");
        assertThat(producer.state()).isEqualTo(READY);
        assertThatThrownBy(producer::more).hasMessage("cannot");
    }

    @Test
    void aBufferOfNothingIsRefused() {
        for (int bytes : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> GlobbingProducer.of(new Halting(), bytes))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    // hooked

    @Test
    void theHookHearsOnceAndNotBeforeTheEnd() {
        var heard = new ArrayList<Long>();
        var inner = new Halting("ab", "cde", "");
        var producer = HookedProducer.of(inner, heard::add);
        drain(producer);
        assertThat(heard).isEmpty();
        inner.goOn();
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(heard).containsExactly(5L);
    }

    @Test
    void theHookHearsOfNothingToo() {
        var heard = new ArrayList<Long>();
        assertThat(HookedProducer.of(new Halting(), heard::add).state()).isEqualTo(EXHAUSTED);
        assertThat(heard).containsExactly(0L);
    }

    @Test
    void theHookHearsNothingOfWhatWasAbandoned() {
        var heard = new ArrayList<Long>();
        var producer = HookedProducer.of(new Halting("a"), heard::add);
        producer.more();
        producer.abandon();
        producer.state();
        assertThat(heard).isEmpty();
    }

    @Test
    void aHookThatFailsCostsItsChannelBehindWhatStoodBefore() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.say("before ");
            talk.chat.pushWithProducer(HookedProducer.of(new Halting("a"), bytes -> {
                throw new IllegalStateException("hook");
            }));
            talk.chat.say("behind");
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("before a");
            assertThat(talk.chat.errors).singleElement().asString().contains("hook");
        }
    }

    @Test
    void aHookMayPushAndCloseItsChannel() throws IOException {
        try (var talk = new Talk(Wire.TCP)) {
            talk.chat.pushWithProducer(HookedProducer.of(new Halting("a"), bytes -> talk.chat.say(" then")));
            talk.awaitReceived("a then");
            talk.chat.pushWithProducer(HookedProducer.of(new Halting(), bytes -> talk.chat.close()));
            talk.chat.say("never");
            talk.awaitPeerEnded();
            assertThat(talk.peer.received()).isEqualTo("a then");
            assertThat(talk.chat.errors).isEmpty();
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
    void aDotThatBeginsALineIsDoubledWhereverTheTextIsCut(String plain, String escaped) {
        String text = wire(plain);
        for (int size = 1; size <= Math.max(1, text.length()); size++) {
            var pieces = new ArrayList<String>();
            for (int at = 0; at < text.length(); at += size) {
                pieces.add(text.substring(at, Math.min(text.length(), at + size)));
            }
            assertThat(drain(EscapingProducer.of(new Halting(pieces)))).isEqualTo(wire(escaped));
        }
    }

    private static String wire(String text) {
        return text == null ? "" : text.replace("CR", "\r").replace("LF", "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"|", "a|aCRLF", "aCRLF|aCRLF", "aCR|aCRCRLF", "aLF|aLFCRLF", ".|..CRLF", "CRLF|CRLF"})
    void theLastLineIsCompletedIfThatIsAskedFor(String plain, String completed) {
        var producer = EscapingProducer.endingInCrlf(new Halting(wire(plain).split("(?<=.)")));
        if (plain == null) {
            producer = EscapingProducer.endingInCrlf(new Halting());
        }
        assertThat(drain(producer)).isEqualTo(wire(completed));
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
    }

    @Test
    void theLastLineIsNotCompletedWhileMoreMayCome() {
        var inner = new Halting("a", "", "b");
        var producer = EscapingProducer.endingInCrlf(inner);
        assertThat(drain(producer)).isEqualTo("a");
        assertThat(producer.state()).isEqualTo(WAITING);
        inner.goOn();
        assertThat(drain(producer)).isEqualTo("b\r\n");
    }

    // chunked

    @Test
    void eachPieceIsAChunkAndTheLastChunkComesOnce() {
        var inner = new Halting("hello", "", "x".repeat(26), "");
        var producer = ChunkedProducer.of(inner);
        assertThat(drain(producer)).isEqualTo("5\r\nhello\r\n"); // whole, though nothing may follow for long
        inner.goOn();
        assertThat(drain(producer)).isEqualTo("1a\r\n" + "x".repeat(26) + "\r\n");
        assertThat(producer.state()).isEqualTo(WAITING);
        inner.goOn();
        assertThat(drain(producer)).isEqualTo("0\r\n\r\n");
        assertThat(producer.state()).isEqualTo(EXHAUSTED);
        assertThat(drain(ChunkedProducer.of(new Halting()))).isEqualTo("0\r\n\r\n");
    }

    @Test
    void aPieceOfNothingIsNotTakenForTheEnd() {
        var inner = new Script("");
        assertThatThrownBy(() -> drain(ChunkedProducer.of(inner))).isInstanceOf(IllegalStateException.class);
        var endless = new Script();
        endless.staysReady = true;
        assertThatThrownBy(() -> drain(GlobbingProducer.of(endless, 4))).isInstanceOf(IllegalStateException.class);
    }

    // all

    @Test
    void nullsAreRefusedAtOnce() {
        Producer none = nothing();
        Halting some = new Halting();
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
