// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Letters in either case, where only those of ASCII have cases (RFC 5321 §2.4), and what ASCII can show. */
public final class Ascii {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int DELETE = 0x7F;

    private Ascii() {}

    /** Whether all these bytes can be printed, or are spaces: no controls, nothing beyond ASCII. */
    public static boolean isPrintable(byte[] bytes, int from, int to) {
        return areAtLeast(' ', bytes, from, to);
    }

    /** Whether all these bytes can be seen: as {@link #isPrintable}, and no spaces. */
    public static boolean isVisible(byte[] bytes, int from, int to) {
        return areAtLeast('!', bytes, from, to);
    }

    /** Whether all are from {@code least} up to the tilde. Eight at a time, since each command line is asked. */
    private static boolean areAtLeast(char least, byte[] bytes, int from, int to) {
        long leasts = least * ONES;
        long odd = 0; // a byte's highest bit: it, or one below it, is not within these bounds
        int at = from;
        for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, at);
            odd |= eight | (eight - leasts) | (eight + ONES);
        }
        for (; at < to; at++) {
            odd |= bytes[at] < least || bytes[at] == DELETE ? HIGHS : 0;
        }
        return (odd & HIGHS) == 0;
    }

    /** Whether the bytes spell {@code upperCase}, which is ASCII and has no small letters. */
    public static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String upperCase) {
        return to - from == upperCase.length() && startsWithIgnoreCase(bytes, from, to, upperCase);
    }

    /** Whether the bytes begin with {@code upperCase}, which is ASCII and has no small letters. */
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

    /** The text with its ASCII letters, and no others, made capitals. */
    static String upper(String text) {
        var capitals = new StringBuilder(text.length());
        text.chars().forEach(c -> capitals.append((char) upper(c)));
        return capitals.toString();
    }

    public static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    static boolean isHexDigit(int b) {
        return isDigit(b) || (upper(b) >= 'A' && upper(b) <= 'F');
    }
}
