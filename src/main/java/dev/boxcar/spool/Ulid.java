// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The id of a message: 128 bits, written as 26 characters of Crockford's base 32. Ids sort by time.
 *
 * <p>The first 48 bits are milliseconds since 1970; see {@link UlidGenerator}. Immutable; any thread.
 *
 * @param high time and counter
 * @param low random bits
 */
public record Ulid(long high, long low) implements Comparable<Ulid> {
    /** Length of the text in characters. */
    public static final int LENGTH = 26;

    /** The id in records that do not belong to a message (MARK, SEAL). */
    public static final Ulid NONE = new Ulid(0, 0);

    /** About as many ids as a busy spool generates per millisecond; a prime. */
    private static final int IDS_PER_MILLI = 61;

    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /** When the id was created, in milliseconds since 1970. */
    public long millis() {
        return high >>> 16;
    }

    /** Parses an id in upper or lower case; returns null if the text is not a valid id. */
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

    /** Writes the 26 characters into {@code target}, starting at {@code at}. */
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
     * Places ids created one after another next to each other in a hash table, so that inserting and removing them
     * touches few cache lines and few of the garbage collector's cards.
     */
    @Override
    public int hashCode() {
        return (int) (millis() * IDS_PER_MILLI + (high & 0xFFFF));
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
