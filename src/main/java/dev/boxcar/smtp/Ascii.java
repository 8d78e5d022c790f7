// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Letters in either case, where only those of ASCII have cases (RFC 5321 §2.4), and what ASCII can show. */
final class Ascii {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int DELETE = 0x7F;

    private Ascii() {}

    /** Whether all these octets can be printed, or are spaces: no controls, nothing beyond ASCII. */
    static boolean isPrintable(byte[] octets, int from, int to) {
        return areAtLeast(' ', octets, from, to);
    }

    /** Whether all these octets can be seen: as {@link #isPrintable}, and no spaces. */
    static boolean isVisible(byte[] octets, int from, int to) {
        return areAtLeast('!', octets, from, to);
    }

    /** Whether all are from {@code least} up to the tilde. Eight at a time, since each command line is asked. */
    private static boolean areAtLeast(char least, byte[] octets, int from, int to) {
        long leasts = least * ONES;
        long odd = 0; // an octet's highest bit: it, or one below it, is not within these bounds
        int at = from;
        for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
            long eight = (long) LONGS.get(octets, at);
            odd |= eight | (eight - leasts) | (eight + ONES);
        }
        for (; at < to; at++) {
            odd |= octets[at] < least || octets[at] == DELETE ? HIGHS : 0;
        }
        return (odd & HIGHS) == 0;
    }

    /** Whether the octets spell {@code upperCase}, which is ASCII and has no small letters. */
    static boolean equalsIgnoreCase(byte[] octets, int from, int to, String upperCase) {
        return to - from == upperCase.length() && startsWithIgnoreCase(octets, from, to, upperCase);
    }

    /** Whether the octets begin with {@code upperCase}, which is ASCII and has no small letters. */
    static boolean startsWithIgnoreCase(byte[] octets, int from, int to, String upperCase) {
        if (to - from < upperCase.length()) {
            return false;
        }
        for (int i = 0; i < upperCase.length(); i++) {
            if (upper(octets[from + i]) != upperCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int upper(int octet) {
        return octet >= 'a' && octet <= 'z' ? octet - 'a' + 'A' : octet;
    }

    /** The text with its ASCII letters, and no others, made capitals. */
    static String upper(String text) {
        var capitals = new StringBuilder(text.length());
        text.chars().forEach(c -> capitals.append((char) upper(c)));
        return capitals.toString();
    }

    static boolean isDigit(int octet) {
        return octet >= '0' && octet <= '9';
    }

    static boolean isHexDigit(int octet) {
        return isDigit(octet) || (upper(octet) >= 'A' && upper(octet) <= 'F');
    }
}
