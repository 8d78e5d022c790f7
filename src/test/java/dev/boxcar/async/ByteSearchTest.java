// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.buffer.ByteSearch;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The search of eight bytes at a time, compared with a byte loop, on inputs longer than several words, so that both of
 * its loops run.
 */
class ByteSearchTest {
    private final Random random = new Random(2920);

    /** Mostly bytes of {@code alphabet}, and some of any value, including negative ones. */
    private byte[] bytes(String alphabet) {
        var bytes = new byte[random.nextInt(80)];
        for (int i = 0; i < bytes.length; i++) {
            boolean any = random.nextInt(8) == 0;
            bytes[i] = (byte) (any ? random.nextInt(256) : alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return bytes;
    }

    @Test
    void indexOfPairFindsAPairAtEveryIndexAndStopsNearTheEnd() {
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = bytes("abcdefgh");
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int distance = 1 + random.nextInt(4);
            int expected = from;
            while (expected + distance < to && (bytes[expected] != 'a' || bytes[expected + distance] != 'b')) {
                expected++;
            }
            assertThat(ByteSearch.indexOfPair((byte) 'a', (byte) 'b', distance, bytes, from, to))
                    .isEqualTo(expected);
        }
    }

    @Test
    void indexOfEitherFindsTheFirstOfTwoBytes() {
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = bytes("abcdefghijklmnop");
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int expected = from;
            while (expected < to && bytes[expected] != 'a' && bytes[expected] != (byte) 0x80) {
                expected++;
            }
            assertThat(ByteSearch.indexOfEither((byte) 'a', (byte) 0x80, bytes, from, to))
                    .isEqualTo(expected);
        }
    }

    @Test
    void terminatorsAreFoundWhereASimpleLoopFindsThem() {
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = bytes("\r\n.\r\n.x");
            var step = new SearchResult();
            var search = new TerminatorSearch();
            search.set(RecordingChat.DOT);
            int items = 0;
            int split = random.nextInt(bytes.length + 1);
            for (int at = 0; at < bytes.length; at = step.end) {
                search.step(bytes, at, at < split ? split : bytes.length, step);
                if (step.found) {
                    items++;
                    search.set(RecordingChat.DOT);
                }
            }
            assertThat(items)
                    .isEqualTo(AlternativeSearches.byteLoop(bytes, search.pattern(), RecordingChat.DOT.fallback));
        }
    }
}
