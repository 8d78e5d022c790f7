// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.async.buffer.ByteSearch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The search by itself, and compared with a reference that sees all bytes at once. */
class TerminatorSearchTest {
    private final SearchResult result = new SearchResult();

    private int heldBack(String haystack, String needle) {
        var search = new TerminatorSearch();
        search.set(RecordingChat.terminator(needle));
        byte[] bytes = haystack.getBytes(ISO_8859_1);
        search.step(bytes, 0, bytes.length, result);
        assertThat(result.found).isFalse();
        assertThat(result.dataEnd).isEqualTo(bytes.length - search.heldBack().length);
        return search.heldBack().length;
    }

    @Test
    void b1_aPrefixOfTheTerminatorAtTheEndIsRecognized() {
        assertThat(heldBack("qwerty\r", "\r\n")).isEqualTo(1);
        assertThat(heldBack("qwertydkjf", "\r\n")).isZero();
    }

    @Test
    void b2_theLongestPrefixCounts() {
        assertThat(heldBack("x\r\n.", "\r\n.\r\n")).isEqualTo(3);
        assertThat(heldBack("x\r\n.\r", "\r\n.\r\n")).isEqualTo(4);
        assertThat(heldBack("qq", "qqq")).isEqualTo(2);
    }

    @Test
    void b3_aShortPieceMayBeAPrefixAndATerminatorOfOneByteHasNone() {
        assertThat(heldBack("\r", "\r\n.\r\n")).isEqualTo(1);
        assertThat(heldBack("", "\r\n")).isZero();
        assertThat(heldBack("abc", "\n")).isZero();
    }

    @Test
    void theLargestCountDoesNotOverflow() {
        var search = new TerminatorSearch();
        search.set(Terminator.count(Long.MAX_VALUE));
        search.step(new byte[10], 4, 10, result);
        assertThat(result.end).isEqualTo(10);
        assertThat(search.terminator()).isEqualTo(Terminator.count(Long.MAX_VALUE - 6));
    }

    @Test
    void allButOneByteMayBeAssumed() {
        assertThat(RecordingChat.DOT.assuming(4).assumed).isEqualTo(4);
        assertThatThrownBy(() -> RecordingChat.DOT.assuming(5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RecordingChat.DOT.assuming(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Terminator.none().assuming(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void indexOfFindsAByteAtEveryIndex() {
        var random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            var bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(4) == 0 ? '\n' : random.nextInt(256));
            }
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            byte wanted = (byte) (random.nextBoolean() ? '\n' : random.nextInt(256));
            int expected = from;
            while (expected < to && bytes[expected] != wanted) {
                expected++;
            }
            assertThat(ByteSearch.indexOf(wanted, bytes, from, to)).isEqualTo(expected);
        }
    }

    /** Splits the whole input at once. */
    private static final class Reference {
        final List<String> items = new ArrayList<>();
        final List<Boolean> withAssumedBytes = new ArrayList<>();
        String current = "";

        Reference(String input, List<Terminator> terminators) {
            int at = 0;
            for (Terminator terminator : terminators) {
                String rest = input.substring(at);
                if (terminator.isCount()) {
                    if (rest.length() < terminator.count) {
                        current = rest;
                        return;
                    }
                    items.add(rest.substring(0, (int) terminator.count));
                    withAssumedBytes.add(false);
                    at += (int) terminator.count;
                } else if (terminator.isBytes()) {
                    String wanted = new String(terminator.bytes, ISO_8859_1);
                    int assumed = terminator.assumed;
                    String seen = wanted.substring(0, assumed) + rest;
                    int found = seen.indexOf(wanted);
                    if (found < 0) {
                        current = seen.substring(assumed, Math.max(assumed, seen.length() - prefix(seen, wanted)));
                        return;
                    }
                    items.add(found > assumed ? seen.substring(assumed, found) : "");
                    withAssumedBytes.add(found < assumed);
                    at += found + wanted.length() - assumed;
                } else {
                    current = rest;
                    return;
                }
            }
            current = input.substring(at);
        }

        private static int prefix(String haystack, String needle) {
            int length = needle.length() - 1;
            while (length > 0 && !haystack.endsWith(needle.substring(0, length))) {
                length--;
            }
            return length;
        }
    }

    private static String randomText(Random random, String alphabet, int max) {
        var text = new StringBuilder();
        for (int left = random.nextInt(max + 1); left > 0; left--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static List<Terminator> randomTerminators(Random random) {
        var terminators = new ArrayList<Terminator>();
        for (int left = 1 + random.nextInt(12); left > 0; left--) {
            String bytes = randomText(random, "ab", 5);
            terminators.add(
                    switch (random.nextInt(6)) {
                        case 0 -> Terminator.count(random.nextInt(6));
                        case 1 -> RecordingChat.DOT.assuming(random.nextInt(5));
                        case 2 -> RecordingChat.CRLF;
                        default ->
                            bytes.isEmpty()
                                    ? RecordingChat.LF
                                    : RecordingChat.terminator(bytes).assuming(random.nextInt(bytes.length()));
                    });
        }
        return terminators;
    }

    @Test
    void findsTheSameItemsHoweverTheInputIsSplit() {
        var random = new Random(2026);
        for (int round = 0; round < 100_000; round++) {
            List<Terminator> terminators = randomTerminators(random);
            String input = randomText(random, random.nextBoolean() ? "ab" : "a\r\n.", 60);
            var expected = new Reference(input, terminators);
            var items = new ArrayList<String>();
            var withAssumedBytes = new ArrayList<Boolean>();
            var current = new StringBuilder();
            var search = new TerminatorSearch();
            search.set(terminators.get(0));
            byte[] bytes = input.getBytes(ISO_8859_1);
            for (int from = 0; from < bytes.length || search.isComplete(); ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(round % 7 + 1));
                do {
                    search.step(bytes, from, to, result);
                    if (result.releasedTo > result.releasedFrom) {
                        int freed = result.releasedTo - result.releasedFrom;
                        current.append(new String(search.pattern(), result.releasedFrom, freed, ISO_8859_1));
                    }
                    current.append(new String(bytes, from, Math.max(0, result.dataEnd - from), ISO_8859_1));
                    from = result.end;
                    if (result.found) {
                        items.add(current.toString());
                        withAssumedBytes.add(result.foundWithAssumedBytes);
                        current.setLength(0);
                        search.set(
                                items.size() < terminators.size() ? terminators.get(items.size()) : Terminator.none());
                    }
                } while (from < to || search.isComplete());
            }
            assertThat(items).as("%s %s", input, terminators).isEqualTo(expected.items);
            assertThat(withAssumedBytes).isEqualTo(expected.withAssumedBytes);
            assertThat(current).hasToString(expected.current);
        }
    }

    @Test
    void aChatFindsTheSameItemsHoweverTheInputIsSplit() throws IOException {
        var random = new Random(1999);
        for (int round = 0; round < 200; round++) {
            List<Terminator> terminators = randomTerminators(random);
            String input = randomText(random, round % 2 == 0 ? "ab" : "a\r\n.", 40);
            var expected = new Reference(input, terminators);
            try (var fixture = new ChatFixture(ConnectionType.values()[round % 2], terminators.get(0))) {
                fixture.chat.whenFound = () -> {
                    int next = fixture.chat.items.size();
                    fixture.chat.setTerminator(next < terminators.size() ? terminators.get(next) : Terminator.none());
                };
                for (int at = 0; at < input.length(); ) {
                    int to = Math.min(input.length(), at + 1 + random.nextInt(round % 11 + 1));
                    fixture.deliver(input.substring(at, to));
                    at = to;
                }
                fixture.turns(3);
                assertThat(fixture.chat.items).as("%s %s", input, terminators).isEqualTo(expected.items);
                assertThat(fixture.chat.current).hasToString(expected.current);
            }
        }
    }
}
