// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.async.buffer.ByteSearch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Other methods to find a terminator, for comparison. Each counts its occurrences in an array. */
final class AlternativeSearches {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private AlternativeSearches() {}

    static int byteLoop(byte[] bytes, byte[] pattern, int[] fallback) {
        int items = 0;
        int matched = 0;
        for (byte b : bytes) {
            while (matched > 0 && b != pattern[matched]) {
                matched = fallback[matched];
            }
            if (b == pattern[matched] && ++matched == pattern.length) {
                items++;
                matched = 0;
            }
        }
        return items;
    }

    static int firstByte(byte[] bytes, byte[] pattern, int[] fallback) {
        int items = 0;
        for (int at = ByteSearch.indexOf(pattern[0], bytes, 0, bytes.length); at < bytes.length; ) {
            int matched = 1;
            at++;
            while (at < bytes.length && matched > 0 && matched < pattern.length) {
                if (bytes[at] == pattern[matched]) {
                    matched++;
                    at++;
                } else {
                    matched = fallback[matched];
                }
            }
            items += matched == pattern.length ? 1 : 0;
            at = ByteSearch.indexOf(pattern[0], bytes, at, bytes.length);
        }
        return items;
    }

    static int firstByteUnrolled(byte[] bytes, byte[] pattern, int[] fallback) {
        int items = 0;
        for (int at = indexOfUnrolled(pattern[0], bytes, 0, bytes.length); at < bytes.length; ) {
            int matched = 1;
            at++;
            while (at < bytes.length && matched > 0 && matched < pattern.length) {
                if (bytes[at] == pattern[matched]) {
                    matched++;
                    at++;
                } else {
                    matched = fallback[matched];
                }
            }
            items += matched == pattern.length ? 1 : 0;
            at = indexOfUnrolled(pattern[0], bytes, at, bytes.length);
        }
        return items;
    }

    private static int indexOfUnrolled(byte wanted, byte[] bytes, int from, int to) {
        long pattern = (wanted & 0xFF) * ONES;
        int at = from;
        for (int last = to - 2 * Long.BYTES; at <= last; at += 2 * Long.BYTES) {
            long one = (long) LONGS.get(bytes, at) ^ pattern;
            long two = (long) LONGS.get(bytes, at + Long.BYTES) ^ pattern;
            if ((((one - ONES) & ~one | (two - ONES) & ~two) & HIGHS) != 0) {
                break;
            }
        }
        return ByteSearch.indexOf(wanted, bytes, at, to);
    }

    static int pair(byte[] bytes, byte[] pattern) {
        int middle = pattern.length / 2;
        int last = bytes.length - pattern.length;
        int items = 0;
        for (int at = 0; at <= last; ) {
            at = ByteSearch.indexOfPair(pattern[0], pattern[middle], middle, bytes, at, bytes.length);
            if (at <= last && Arrays.equals(bytes, at, at + pattern.length, pattern, 0, pattern.length)) {
                items++;
                at += pattern.length;
            } else {
                at++;
            }
        }
        return items;
    }

    static int horspool(byte[] bytes, byte[] pattern) {
        var steps = new int[256];
        Arrays.fill(steps, pattern.length);
        int last = pattern.length - 1;
        for (int i = 0; i < last; i++) {
            steps[pattern[i] & 0xFF] = last - i;
        }
        int items = 0;
        for (int at = last; at < bytes.length; ) {
            if (bytes[at] == pattern[last] && Arrays.equals(bytes, at - last, at, pattern, 0, last)) {
                items++;
                at += pattern.length;
            } else {
                at += steps[bytes[at] & 0xFF];
            }
        }
        return items;
    }

    static int string(byte[] bytes, byte[] pattern) {
        var text = new String(bytes, ISO_8859_1);
        var wanted = new String(pattern, ISO_8859_1);
        int items = 0;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + pattern.length)) {
            items++;
        }
        return items;
    }
}
