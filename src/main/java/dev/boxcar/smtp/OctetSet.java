// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import java.util.Arrays;

/**
 * A set of ASCII characters, one rule of a grammar, and how far a run of them reaches. Immutable; any thread.
 *
 * <p>What RFC 6531 §3.3 adds to such a rule, any character behind ASCII, is added by {@link #endOfUtf8Run}.
 */
final class OctetSet {
    /** {@code ALPHA / DIGIT / "-"}, of domains and keywords (RFC 5321 §4.1.2). */
    static final OctetSet LETTERS_DIGITS_HYPHEN =
            new OctetSet().with('A', 'Z').with('a', 'z').with('0', '9').with('-', '-');

    private static final int OCTETS = 0x100;

    /** Of all octets, so that looking one up is no question of its sign; those beyond ASCII are no members. */
    private final boolean[] members;

    private OctetSet(boolean... members) {
        this.members = members;
    }

    OctetSet() {
        this(new boolean[OCTETS]);
    }

    /** This set and the characters from {@code first} to {@code last}. */
    OctetSet with(int first, int last) {
        boolean[] more = members.clone();
        Arrays.fill(more, first, last + 1, true);
        return new OctetSet(more);
    }

    /** This set and each of these characters. */
    OctetSet with(String characters) {
        OctetSet more = this;
        for (int i = 0; i < characters.length(); i++) {
            more = more.with(characters.charAt(i), characters.charAt(i));
        }
        return more;
    }

    boolean contains(int octet) {
        return octet >= 0 && octet < OCTETS && members[octet];
    }

    /** The index of the first octet that is not of this set, or {@code to}. */
    int endOfRun(byte[] octets, int from, int to) {
        int i = from;
        while (i < to && members[octets[i] & 0xFF]) {
            i++;
        }
        return i;
    }

    /** The index of the first octet that is neither of this set nor of a well-formed character behind ASCII, or {@code to}. */
    int endOfUtf8Run(byte[] octets, int from, int to) {
        int i = endOfRun(octets, from, to); // as a rule there is nothing else
        for (int length = beyondAscii(octets, i, to); length > 0; length = beyondAscii(octets, i, to)) {
            i = endOfRun(octets, i + length, to);
        }
        return i;
    }

    private static int beyondAscii(byte[] octets, int i, int to) {
        return i < to ? Utf8.lengthBeyondAscii(octets, i, to) : 0;
    }
}
