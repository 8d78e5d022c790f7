// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

/** UTF-8 by RFC 3629: overlong forms, surrogates and what lies above U+10FFFF are malformed. */
final class Utf8 {
    private Utf8() {}

    /** How many octets the well-formed character that begins at {@code i} has, or 0 where it is ASCII or none begins. */
    static int lengthBeyondAscii(byte[] octets, int i, int to) {
        int lead = octets[i] & 0xFF;
        int length = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length == 0 || to - i < length) {
            return 0;
        }
        // RFC 3629 §4: four leads narrow the octet behind them; that keeps overlong forms and surrogates out
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        int second = octets[i + 1] & 0xFF;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int k = i + 2; k < i + length; k++) {
            if (!isContinuation(octets[k])) {
                return 0;
            }
        }
        return length;
    }

    static boolean isWellFormed(byte[] octets, int from, int to) {
        int i = from;
        while (i < to) {
            int length = octets[i] >= 0 ? 1 : lengthBeyondAscii(octets, i, to);
            if (length == 0) {
                return false;
            }
            i += length;
        }
        return true;
    }

    /** How many characters these well-formed octets make. */
    static int characters(byte[] octets, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            if (!isContinuation(octets[i])) {
                count++;
            }
        }
        return count;
    }

    /** The octets of a text; a lone surrogate, which has none, is refused. */
    static byte[] encode(String text) {
        byte[] octets = text.getBytes(UTF_8);
        if (!new String(octets, UTF_8).equals(text)) {
            throw new IllegalArgumentException("half a surrogate pair: " + printable(octets, 0, octets.length));
        }
        return octets;
    }

    static String decode(byte[] octets, int from, int to) {
        return new String(octets, from, to - from, UTF_8);
    }

    /** The octets as text for a log: one line, controls and malformed octets as {@code \xNN}, a backslash doubled. */
    static String printable(byte[] octets, int from, int to) {
        var text = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            int length = octets[i] >= 0 ? 1 : lengthBeyondAscii(octets, i, to);
            String character = new String(octets, i, Math.max(length, 1), UTF_8);
            int next = i + Math.max(length, 1);
            if (length > 0 && isSafe(character.codePointAt(0))) {
                text.append(character.equals("\\") ? "\\\\" : character);
            } else {
                for (int k = i; k < next; k++) {
                    text.append(String.format("\\x%02X", octets[k]));
                }
            }
            i = next;
        }
        return text.toString();
    }

    private static boolean isSafe(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static boolean isContinuation(byte octet) {
        return (octet & 0xC0) == 0x80;
    }
}
