// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.BitSet;
import java.util.Locale;

/**
 * Excludes most texts that a message does not contain, without reading the message. It has one bit for the hash of each
 * sequence of three bytes in the message. So it may report a text that is not there, but never misses a text that is.
 * It takes four bits per distinct sequence, at most {@value #MAX_BYTES} bytes.
 */
final class TrigramFilter {
    private static final int MAX_BYTES = 4096;
    private static final int MIN_BYTES = 16;
    private static final int MAX_BITS = MAX_BYTES * 8;
    private static final int BITS_PER_TRIGRAM = 4;

    private final BitSet bits = new BitSet(MAX_BITS);

    /** Adds a text in lower case. */
    void add(String text) {
        byte[] bytes = text.toLowerCase(Locale.ROOT).getBytes(UTF_8);
        for (int i = 0; i + 2 < bytes.length; i++) {
            bits.set(hash(bytes, i) & (MAX_BITS - 1));
        }
    }

    /** The filter, folded to as few bytes as its content needs. */
    byte[] toBytes() {
        int wanted = Math.max(MIN_BYTES, bits.cardinality() * BITS_PER_TRIGRAM / 8);
        int bytes = Math.min(MAX_BYTES, Integer.highestOneBit(2 * wanted - 1));
        var filter = new byte[bytes];
        int mask = bytes * 8 - 1;
        for (int bit = bits.nextSetBit(0); bit >= 0; bit = bits.nextSetBit(bit + 1)) {
            int folded = bit & mask;
            filter[folded >> 3] |= (byte) (1 << (folded & 7));
        }
        return filter;
    }

    /** Whether a message with this filter may contain {@code text}, which is in lower case. */
    static boolean mayContain(byte[] filter, byte[] text) {
        int mask = filter.length * 8 - 1;
        for (int i = 0; i + 2 < text.length; i++) {
            int bit = hash(text, i) & mask;
            if ((filter[bit >> 3] & (1 << (bit & 7))) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int hash(byte[] bytes, int i) {
        int trigram = (bytes[i] & 0xFF) << 16 | (bytes[i + 1] & 0xFF) << 8 | (bytes[i + 2] & 0xFF);
        int mixed = trigram * 0x9E3779B1; // Fibonacci hashing: the high bits depend on all three bytes
        return mixed >>> 15;
    }
}
