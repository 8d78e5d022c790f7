// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The search eight octets at a time, beside one that looks at each: over inputs of several words, so that both of its halves run. */
class OctetSearchTest {
    private final Random random = new Random(2920);

    /** Mostly octets of {@code alphabet}, and some of any value: the sign must not matter. */
    private byte[] octets(String alphabet) {
        var octets = new byte[random.nextInt(80)];
        for (int i = 0; i < octets.length; i++) {
            boolean any = random.nextInt(8) == 0;
            octets[i] = (byte) (any ? random.nextInt(256) : alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return octets;
    }

    @Test
    void aPairIsFoundAtEveryPlaceAndWhatIsTooNearToTheEndIsLeft() {
        for (int round = 0; round < 50_000; round++) {
            byte[] octets = octets("abcdefgh");
            int from = random.nextInt(octets.length + 1);
            int to = from + random.nextInt(octets.length - from + 1);
            int distance = 1 + random.nextInt(4);
            int expected = from;
            while (expected + distance < to && (octets[expected] != 'a' || octets[expected + distance] != 'b')) {
                expected++;
            }
            assertThat(OctetSearch.indexOfPair((byte) 'a', (byte) 'b', distance, octets, from, to))
                    .isEqualTo(expected);
        }
    }

    @Test
    void aTerminatorIsFoundWhereThePlainLoopFindsItInPiecesOfManyWords() {
        for (int round = 0; round < 50_000; round++) {
            byte[] octets = octets("\r\n.\r\n.x");
            var step = new Cut();
            var search = new TerminatorSearch();
            search.set(ItemChat.DOT);
            int items = 0;
            int cut = random.nextInt(octets.length + 1);
            for (int at = 0; at < octets.length; at = step.end) {
                search.step(octets, at, at < cut ? cut : octets.length, step);
                if (step.found) {
                    items++;
                    search.set(ItemChat.DOT);
                }
            }
            assertThat(items).isEqualTo(Searches.byteLoop(octets, search.pattern(), ItemChat.DOT.fallback));
        }
    }
}
