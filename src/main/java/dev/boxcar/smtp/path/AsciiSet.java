// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import java.util.Arrays;

/**
 * A set of ASCII characters, one rule of a grammar, and how far a run of them reaches. Immutable; any thread.
 *
 * <p>What RFC 6531 §3.3 adds to such a rule, any character behind ASCII, is added by {@link #endOfUtf8Run}.
 */
public final class AsciiSet {
    /** {@code ALPHA / DIGIT / "-"}, of domains and keywords (RFC 5321 §4.1.2). */
    public static final AsciiSet LETTERS_DIGITS_HYPHEN =
            new AsciiSet().with('A', 'Z').with('a', 'z').with('0', '9').with('-', '-');

    private static final int BYTES = 0x100;

    /** Of all bytes, so that looking one up is no question of its sign; those beyond ASCII are no members. */
    private final boolean[] members;

    private AsciiSet(boolean... members) {
        this.members = members;
    }

    public AsciiSet() {
        this(new boolean[BYTES]);
    }

    /** This set and the characters from {@code first} to {@code last}. */
    public AsciiSet with(int first, int last) {
        boolean[] more = members.clone();
        Arrays.fill(more, first, last + 1, true);
        return new AsciiSet(more);
    }

    /** This set and each of these characters. */
    public AsciiSet with(String characters) {
        AsciiSet more = this;
        for (int i = 0; i < characters.length(); i++) {
            more = more.with(characters.charAt(i), characters.charAt(i));
        }
        return more;
    }

    public boolean contains(int b) {
        return b >= 0 && b < BYTES && members[b];
    }

    /** The index of the first byte that is not of this set, or {@code to}. */
    public int endOfRun(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && members[bytes[i] & 0xFF]) {
            i++;
        }
        return i;
    }

    /**
     * The index of the first byte that is neither of this set nor of a well-formed character behind ASCII, or
     * {@code to}.
     */
    public int endOfUtf8Run(byte[] bytes, int from, int to) {
        int i = endOfRun(bytes, from, to); // as a rule there is nothing else
        for (int length = beyondAscii(bytes, i, to); length > 0; length = beyondAscii(bytes, i, to)) {
            i = endOfRun(bytes, i + length, to);
        }
        return i;
    }

    private static int beyondAscii(byte[] bytes, int i, int to) {
        return i < to ? Utf8.lengthBeyondAscii(bytes, i, to) : 0;
    }
}
