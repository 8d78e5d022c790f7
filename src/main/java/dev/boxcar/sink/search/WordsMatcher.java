// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Locale;

/**
 * Finds a text, in upper or lower case, with any number of spaces between its words. A text in ASCII is searched in the
 * bytes, by the Boyer-Moore-Horspool algorithm; other texts are compared as characters. Immutable.
 */
public final class WordsMatcher implements TextMatcher {
    /** Matches any text. */
    static final WordsMatcher ANYTHING = WordsMatcher.of("");

    private static final int CASE_DIFFERENCE = 'a' - 'A';

    private final String text;
    private final byte[] bytes;
    private final boolean ascii;
    private final boolean severalWords;
    /** How far to move on, indexed by the searched byte that is aligned with the last byte of the pattern. */
    private final int[] shifts = new int[256];

    private WordsMatcher(String text) {
        this.text = text;
        this.bytes = text.getBytes(UTF_8);
        this.ascii = isAscii(bytes, 0, bytes.length);
        this.severalWords = text.indexOf(' ') >= 0;
        Arrays.fill(shifts, Math.max(1, bytes.length));
        for (int i = 0; i < bytes.length - 1; i++) {
            int b = bytes[i] & 0xFF;
            shifts[b] = bytes.length - 1 - i;
            if (b >= 'a' && b <= 'z') {
                shifts[b - CASE_DIFFERENCE] = bytes.length - 1 - i;
            }
        }
    }

    /** Finds this text; the amount of white space between words does not matter. */
    public static WordsMatcher of(String text) {
        return new WordsMatcher(text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean matches(byte[] searched, int from, int to, long deadlineNanos) {
        if (bytes.length == 0 || contains(searched, from, to)) {
            return true;
        }
        if (!severalWords || !hasDoubleSpace(searched, from, to)) {
            return false;
        }
        byte[] singleSpaced = withSingleSpaces(searched, from, to);
        return contains(singleSpaced, 0, singleSpaced.length);
    }

    private static boolean hasDoubleSpace(byte[] searched, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (searched[i] == ' ' && searched[i - 1] == ' ') {
                return true;
            }
        }
        return false;
    }

    private static byte[] withSingleSpaces(byte[] searched, int from, int to) {
        var copy = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (searched[i] != ' ' || length == 0 || copy[length - 1] != ' ') {
                copy[length++] = searched[i];
            }
        }
        return Arrays.copyOf(copy, length);
    }

    private boolean contains(byte[] searched, int from, int to) {
        if (!ascii) {
            return !isAscii(searched, from, to)
                    && new String(searched, from, to - from, UTF_8)
                            .toLowerCase(Locale.ROOT)
                            .contains(text);
        }
        int last = bytes.length - 1;
        int lastByte = bytes[last];
        for (int at = from; at + last < to; ) {
            int b = searched[at + last] & 0xFF;
            if (lowerCase(b) == lastByte && startsAt(searched, at, last)) {
                return true;
            }
            at += shifts[b];
        }
        return false;
    }

    private boolean startsAt(byte[] searched, int at, int length) {
        for (int i = 0; i < length; i++) {
            if (lowerCase(searched[at + i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(int b) {
        return b >= 'A' && b <= 'Z' ? b + CASE_DIFFERENCE : b;
    }

    private static boolean isAscii(byte[] searched, int from, int to) {
        for (int i = from; i < to; i++) {
            if (searched[i] < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] requiredBytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return text;
    }
}
