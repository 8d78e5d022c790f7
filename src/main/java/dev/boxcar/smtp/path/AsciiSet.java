// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import java.util.Arrays;

/**
 * A set of ASCII characters, such as a rule of a grammar, and the search for the end of a run of them. Immutable; any
 * thread.
 *
 * <p>RFC 6531 §3.3 extends such rules with every character beyond ASCII; {@link #endOfUtf8Run} includes these.
 */
public final class AsciiSet {
    /** {@code ALPHA / DIGIT / "-"}, of domains and keywords (RFC 5321 §4.1.2). */
    public static final AsciiSet LETTERS_DIGITS_HYPHEN =
            new AsciiSet().with('A', 'Z').with('a', 'z').with('0', '9').with('-', '-');

    private static final int BYTES = 0x100;

    /** Indexed by unsigned byte. Entries beyond ASCII are false. */
    private final boolean[] members;

    private AsciiSet(boolean... members) {
        this.members = members;
    }

    public AsciiSet() {
        this(new boolean[BYTES]);
    }

    /** This set, extended with the characters from {@code first} to {@code last}, inclusive. */
    public AsciiSet with(int first, int last) {
        boolean[] more = members.clone();
        Arrays.fill(more, first, last + 1, true);
        return new AsciiSet(more);
    }

    /** This set, extended with each of these characters. */
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

    /** The index of the first byte that is not in this set, or {@code to}. */
    public int endOfRun(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && members[bytes[i] & 0xFF]) {
            i++;
        }
        return i;
    }

    /**
     * The index of the first byte that is neither in this set nor part of a well-formed character beyond ASCII, or
     * {@code to}.
     */
    public int endOfUtf8Run(byte[] bytes, int from, int to) {
        int i = endOfRun(bytes, from, to); // usually this is the end already
        for (int length = lengthBeyondAscii(bytes, i, to); length > 0; length = lengthBeyondAscii(bytes, i, to)) {
            i = endOfRun(bytes, i + length, to);
        }
        return i;
    }

    private static int lengthBeyondAscii(byte[] bytes, int i, int to) {
        return i < to ? Utf8.lengthBeyondAscii(bytes, i, to) : 0;
    }
}
