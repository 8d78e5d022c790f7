// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tests on bytes of ASCII: printable characters, digits, and comparison without regard to case (RFC 5321 §2.4). */
public final class Ascii {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int DELETE = 0x7F;

    private Ascii() {}

    /** Whether no byte is above 127. */
    public static boolean isSevenBit(byte[] bytes, int from, int to) {
        long all = 0;
        int at = from;
        for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
            all |= (long) LONGS.get(bytes, at);
        }
        for (; at < to; at++) {
            all |= bytes[at]; // a negative byte becomes a negative long, whose bits include those of HIGHS
        }
        return (all & HIGHS) == 0;
    }

    /** Whether all bytes are printable ASCII, spaces included. */
    public static boolean isPrintable(byte[] bytes, int from, int to) {
        return areInRange(' ', bytes, from, to);
    }

    /** Whether all bytes are printable ASCII other than spaces. */
    public static boolean isVisible(byte[] bytes, int from, int to) {
        return areInRange('!', bytes, from, to);
    }

    /**
     * Whether all bytes are between {@code min} and the tilde. Tests eight at a time, since every command line is
     * tested.
     */
    private static boolean areInRange(char min, byte[] bytes, int from, int to) {
        long mins = min * ONES;
        long outside = 0; // the highest bit of a byte is set if it, or a byte below it, is out of range
        int at = from;
        for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, at);
            outside |= eight | (eight - mins) | (eight + ONES);
        }
        for (; at < to; at++) {
            outside |= bytes[at] < min || bytes[at] == DELETE ? HIGHS : 0;
        }
        return (outside & HIGHS) == 0;
    }

    /** Whether the bytes equal {@code upperCase}, which must be ASCII without lower-case letters. */
    public static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String upperCase) {
        return to - from == upperCase.length() && startsWithIgnoreCase(bytes, from, to, upperCase);
    }

    /** Whether the bytes begin with {@code upperCase}, which must be ASCII without lower-case letters. */
    public static boolean startsWithIgnoreCase(byte[] bytes, int from, int to, String upperCase) {
        if (to - from < upperCase.length()) {
            return false;
        }
        for (int i = 0; i < upperCase.length(); i++) {
            if (upper(bytes[from + i]) != upperCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int upper(int b) {
        return b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b;
    }

    /** The text with its ASCII letters, and no others, in upper case. */
    static String upper(String text) {
        var result = new StringBuilder(text.length());
        text.chars().forEach(c -> result.append((char) upper(c)));
        return result.toString();
    }

    public static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    static boolean isHexDigit(int b) {
        return isDigit(b) || (upper(b) >= 'A' && upper(b) <= 'F');
    }
}
