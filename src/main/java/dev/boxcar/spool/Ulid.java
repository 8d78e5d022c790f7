// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The id of a message: 128 bits, written as 26 characters of Crockford's base 32, whose order is the order of time.
 *
 * <p>The first 48 bits are milliseconds since 1970, see {@link UlidGenerator}. Immutable; any thread.
 *
 * @param high time and counter
 * @param low random
 */
public record Ulid(long high, long low) implements Comparable<Ulid> {
    /** How many characters the text has. */
    public static final int LENGTH = 26;

    /** What records that concern no message (MARK, SEAL) carry. */
    public static final Ulid NONE = new Ulid(0, 0);

    /** As many as a busy spool makes in a millisecond; a prime. */
    private static final int IDS_A_MILLI = 61;

    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /** When the id was made, in milliseconds since 1970. */
    public long millis() {
        return high >>> 16;
    }

    /** The id that this text names, in either case, or null where it names none. */
    public static @Nullable Ulid parse(String text) {
        if (text.length() != LENGTH || text.charAt(0) > '7') {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = DIGITS.indexOf(upper(text.charAt(i)));
            if (digit < 0) {
                return null;
            }
            high = (high << 5) | (low >>> 59);
            low = (low << 5) | digit;
        }
        return new Ulid(high, low);
    }

    private static char upper(char c) {
        return c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
    }

    /** Puts the 26 characters into {@code target} from {@code at} on. */
    public void putInto(byte[] target, int at) {
        for (int i = 0; i < LENGTH; i++) {
            target[at + i] = (byte) DIGITS.charAt(digit(125 - 5 * i));
        }
    }

    private int digit(int shift) {
        long bits;
        if (shift >= 64) {
            bits = high >>> (shift - 64);
        } else if (shift == 60) {
            bits = (high << 4) | (low >>> 60);
        } else {
            bits = low >>> shift;
        }
        return (int) (bits & 31);
    }

    /**
     * Ids that were made one after the other are neighbours in a hash table, as they are in time: it grows and shrinks
     * in few cards and cache lines.
     */
    @Override
    public int hashCode() {
        return (int) (millis() * IDS_A_MILLI + (high & 0xFFFF));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ulid that && high == that.high && low == that.low;
    }

    @Override
    public int compareTo(Ulid other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        var text = new byte[LENGTH];
        putInto(text, 0);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
