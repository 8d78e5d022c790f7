// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** C15 of the asynchat checklist: a ready-made collector. */
class CollectorTest {
    private final Collector collector = new Collector();

    private static String text(Collector collector) {
        return new String(collector.bytes(), collector.from(), collector.to() - collector.from(), ISO_8859_1);
    }

    private byte[] collect(String piece, int limit) {
        byte[] bytes = ("<" + piece + ">").getBytes(ISO_8859_1);
        collector.collect(bytes, 1, bytes.length - 1, limit);
        return bytes;
    }

    @Test
    void c15_piecesAreJoined() {
        for (String piece : new String[] {"a", "bc", "d".repeat(1000), "e"}) {
            collect(piece, 2000);
        }
        assertThat(text(collector)).isEqualTo("abc" + "d".repeat(1000) + "e");
    }

    @Test
    void aWholePieceIsNotCopiedUntilItMustBeKept() {
        byte[] buffer = collect("abc", 10);
        assertThat(collector.bytes()).isSameAs(buffer);
        collector.keep();
        Arrays.fill(buffer, (byte) 'X');
        assertThat(text(collector)).isEqualTo("abc");
        collect("d", 10);
        collector.keep();
        assertThat(text(collector)).isEqualTo("abcd");
    }

    @Test
    void aPieceAfterABorrowedOneDoesNotChangeTheReadBuffer() {
        byte[] first = collect("abc", 10);
        collect("d", 10);
        assertThat(new String(first, ISO_8859_1)).isEqualTo("<abc>");
        assertThat(text(collector)).isEqualTo("abcd");
    }

    @Test
    void takesNoMoreMemoryThanTheLimit() {
        collect("a".repeat(700), 1000);
        collector.keep();
        collect("b", 1000);
        collector.keep();
        assertThat(collector.bytes()).hasSize(1000);
        assertThat(text(collector)).isEqualTo("a".repeat(700) + "b");
    }

    @Test
    void keepsNothingOfAnItemAboveTheLimit() {
        collect("abcde", 5);
        assertThat(collector.overflowed()).isFalse();
        collect("f", 5);
        assertThat(collector.overflowed()).isTrue();
        collect("g", 5);
        assertThat(text(collector)).isEmpty();
        collector.clear();
        assertThat(collector.overflowed()).isFalse();
        collect("h", 5);
        assertThat(text(collector)).isEqualTo("h");
    }
}
