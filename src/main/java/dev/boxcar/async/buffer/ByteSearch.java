// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds bytes in an array, eight positions at a time. A server of a line protocol searches for line ends more often
 * than it does anything else. Any thread.
 */
public final class ByteSearch {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    /** Added to a byte below 0x80, this carries into the high bit unless the byte is below 0x0E. */
    private static final long ABOVE_CR = 0x7272727272727272L;

    private ByteSearch() {}

    /**
     * The first index of {@code wanted} in {@code bytes} between {@code from} and {@code to} (exclusive), or
     * {@code to}.
     */
    public static int indexOf(byte wanted, byte[] bytes, int from, int to) {
        long pattern = (wanted & 0xFF) * ONES;
        int at = from;
        for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
            long zeros = zeros((long) LONGS.get(bytes, at) ^ pattern);
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        while (at < to && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    /**
     * The first index of {@code one} or {@code other} in {@code bytes} between {@code from} and {@code to} (exclusive),
     * or {@code to}.
     */
    public static int indexOfEither(byte one, byte other, byte[] bytes, int from, int to) {
        long ones = (one & 0xFF) * ONES;
        long others = (other & 0xFF) * ONES;
        int at = from;
        for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, at);
            long zeros = zeros(eight ^ ones) | zeros(eight ^ others);
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        while (at < to && bytes[at] != one && bytes[at] != other) {
            at++;
        }
        return at;
    }

    /** Marks, by its high bit, each of eight bytes that is at most CR, such as LF and NUL. */
    public static long atMostCr(long eight) {
        return ~(((eight & ~HIGHS) + ABOVE_CR) | eight) & HIGHS;
    }

    /** A number whose lowest bit marks the first zero byte; 0 if there is none. */
    private static long zeros(long bytes) {
        return (bytes - ONES) & ~bytes & HIGHS;
    }

    /**
     * The first index, from {@code from} on, of a {@code first} that has {@code second} exactly {@code distance} bytes
     * after it, both before {@code to}. If there is no such pair, returns the first index at which a pair no longer
     * fits before {@code to}, but at least {@code from}.
     */
    public static int indexOfPair(byte first, byte second, int distance, byte[] bytes, int from, int to) {
        long firsts = (first & 0xFF) * ONES;
        long seconds = (second & 0xFF) * ONES;
        int end = Math.max(from, to - distance);
        int at = from;
        for (int last = end - Long.BYTES; at <= last; at += Long.BYTES) {
            long differences =
                    ((long) LONGS.get(bytes, at) ^ firsts) | ((long) LONGS.get(bytes, at + distance) ^ seconds);
            long zeros = zeros(differences);
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        while (at < end && (bytes[at] != first || bytes[at + distance] != second)) {
            at++;
        }
        return at;
    }
}
