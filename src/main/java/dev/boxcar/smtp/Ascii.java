// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/** Letters in either case, where only those of ASCII have cases (RFC 5321 §2.4). */
final class Ascii {
    private Ascii() {}

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
