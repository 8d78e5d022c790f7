// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.BitSet;
import java.util.Locale;

/**
 * Tells of most texts that they are not in a message, without the message: a bit for each three bytes in a row that
 * occur in it. What it rules out is not there; what it does not rule out may be. Four bits for each different three
 * bytes, at most {@value #MOST_BYTES} bytes.
 */
final class TrigramFilter {
    private static final int MOST_BYTES = 4096;
    private static final int LEAST_BYTES = 16;
    private static final int ALL_BITS = MOST_BYTES * 8;
    private static final int BITS_EACH = 4;

    private final BitSet bits = new BitSet(ALL_BITS);

    /** Notes a text, in any case. */
    void add(String text) {
        byte[] bytes = text.toLowerCase(Locale.ROOT).getBytes(UTF_8);
        for (int i = 0; i + 2 < bytes.length; i++) {
            bits.set(hash(bytes, i) & (ALL_BITS - 1));
        }
    }

    /** What was noted, in as few bytes as serve. */
    byte[] filter() {
        int wanted = Math.max(LEAST_BYTES, bits.cardinality() * BITS_EACH / 8);
        int bytes = Math.min(MOST_BYTES, Integer.highestOneBit(2 * wanted - 1));
        var filter = new byte[bytes];
        int mask = bytes * 8 - 1;
        for (int bit = bits.nextSetBit(0); bit >= 0; bit = bits.nextSetBit(bit + 1)) {
            int folded = bit & mask;
            filter[folded >> 3] |= (byte) (1 << (folded & 7));
        }
        return filter;
    }

    /** Whether a message with this filter may have these bytes, which are in small letters. */
    static boolean mayHave(byte[] filter, byte[] bytes) {
        int mask = filter.length * 8 - 1;
        for (int i = 0; i + 2 < bytes.length; i++) {
            int bit = hash(bytes, i) & mask;
            if ((filter[bit >> 3] & (1 << (bit & 7))) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int hash(byte[] o, int i) {
        int three = (o[i] & 0xFF) << 16 | (o[i + 1] & 0xFF) << 8 | (o[i + 2] & 0xFF);
        int mixed = three * 0x9E3779B1; // Fibonacci hashing: its high bits depend on all of the three
        return mixed >>> 15;
    }
}
