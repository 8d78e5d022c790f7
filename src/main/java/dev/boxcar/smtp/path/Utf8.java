// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import static java.nio.charset.StandardCharsets.UTF_8;

/** UTF-8 as in RFC 3629: overlong forms, surrogates and values above U+10FFFF are malformed. Any thread. */
public final class Utf8 {
    private Utf8() {}

    /** The length of the well-formed character beyond ASCII that begins at {@code i}, or 0 if there is none. */
    static int lengthBeyondAscii(byte[] bytes, int i, int to) {
        int lead = bytes[i] & 0xFF;
        int length = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length == 0 || to - i < length) {
            return 0;
        }
        // RFC 3629 §4: four lead bytes restrict the second byte, which excludes overlong forms and surrogates
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        int second = bytes[i + 1] & 0xFF;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int k = i + 2; k < i + length; k++) {
            if (!isContinuation(bytes[k])) {
                return 0;
            }
        }
        return length;
    }

    static boolean isWellFormed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            int length = bytes[i] >= 0 ? 1 : lengthBeyondAscii(bytes, i, to);
            if (length == 0) {
                return false;
            }
            i += length;
        }
        return true;
    }

    /** The number of characters in these well-formed bytes. */
    static int characters(byte[] bytes, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            if (!isContinuation(bytes[i])) {
                count++;
            }
        }
        return count;
    }

    /** The bytes of a text; IllegalArgumentException if it has an unpaired surrogate. */
    public static byte[] encode(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (!new String(bytes, UTF_8).equals(text)) {
            throw new IllegalArgumentException("unpaired surrogate: " + printable(bytes, 0, bytes.length));
        }
        return bytes;
    }

    public static String decode(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, UTF_8);
    }

    /** The bytes as one line of text for a log: controls and malformed bytes as {@code \xNN}, backslashes doubled. */
    public static String printable(byte[] bytes, int from, int to) {
        var text = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            int length = bytes[i] >= 0 ? 1 : lengthBeyondAscii(bytes, i, to);
            String character = new String(bytes, i, Math.max(length, 1), UTF_8);
            int next = i + Math.max(length, 1);
            if (length > 0 && isSafe(character.codePointAt(0))) {
                text.append(character.equals("\\") ? "\\\\" : character);
            } else {
                for (int k = i; k < next; k++) {
                    text.append(String.format("\\x%02X", bytes[k]));
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

    private static boolean isContinuation(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
