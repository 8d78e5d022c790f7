// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Locale;

/**
 * A text, in any case, with any number of spaces between its words. Letters of ASCII are compared where they lie, by
 * Horspool's search; a text with others is compared as characters. Immutable.
 */
public final class WordsMatcher implements TextMatcher {
    /** Any text at all. */
    static final WordsMatcher ANYTHING = WordsMatcher.of("");

    private final String text;
    private final byte[] bytes;
    private final boolean ascii;
    private final boolean severalWords;
    /** How far to step, by the folded byte under the last place. */
    private final int[] steps = new int[256];

    private WordsMatcher(String text) {
        this.text = text;
        this.bytes = text.getBytes(UTF_8);
        this.ascii = isAscii(bytes, 0, bytes.length);
        this.severalWords = text.indexOf(' ') >= 0;
        Arrays.fill(steps, Math.max(1, bytes.length));
        for (int i = 0; i < bytes.length - 1; i++) {
            int b = bytes[i] & 0xFF;
            steps[b] = bytes.length - 1 - i;
            if (b >= 'a' && b <= 'z') {
                steps[b - 32] = bytes.length - 1 - i;
            }
        }
    }

    /** This text; a run of white space is as good as another. */
    public static WordsMatcher of(String text) {
        return new WordsMatcher(text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean isIn(byte[] o, int from, int to, long deadlineNanos) {
        if (bytes.length == 0 || liesIn(o, from, to)) {
            return true;
        }
        if (!severalWords || !hasWideSpace(o, from, to)) {
            return false;
        }
        byte[] narrow = narrowed(o, from, to);
        return liesIn(narrow, 0, narrow.length);
    }

    private static boolean hasWideSpace(byte[] o, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (o[i] == ' ' && o[i - 1] == ' ') {
                return true;
            }
        }
        return false;
    }

    /** The same bytes with one space for each run of them. */
    private static byte[] narrowed(byte[] o, int from, int to) {
        var narrow = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (o[i] != ' ' || length == 0 || narrow[length - 1] != ' ') {
                narrow[length++] = o[i];
            }
        }
        return Arrays.copyOf(narrow, length);
    }

    private boolean liesIn(byte[] o, int from, int to) {
        if (!ascii) {
            return !isAscii(o, from, to)
                    && new String(o, from, to - from, UTF_8)
                            .toLowerCase(Locale.ROOT)
                            .contains(text);
        }
        int last = bytes.length - 1;
        int end = bytes[last];
        for (int at = from; at + last < to; ) {
            int b = o[at + last] & 0xFF;
            if (folded(b) == end && isAt(o, at, last)) {
                return true;
            }
            at += steps[b];
        }
        return false;
    }

    private boolean isAt(byte[] o, int at, int length) {
        for (int i = 0; i < length; i++) {
            if (folded(o[at + i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static int folded(int b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    private static boolean isAscii(byte[] o, int from, int to) {
        for (int i = from; i < to; i++) {
            if (o[i] < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] certain() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return text;
    }
}
