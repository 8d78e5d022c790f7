// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.charset;

/** Decodes UTF-7 (RFC 2152), which Java does not have. */
final class Utf7 {
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private Utf7() {}

    /** Invalid input is taken as it is. */
    static String decode(byte[] bytes, int length) {
        var text = new StringBuilder(length);
        int at = 0;
        while (at < length) {
            char c = (char) (bytes[at++] & 0xFF);
            if (c != '+') {
                text.append(c);
            } else if (at < length && bytes[at] == '-') {
                text.append('+');
                at++;
            } else {
                at = decodeShifted(bytes, at, length, text);
            }
        }
        return text.toString();
    }

    /** Decodes UTF-16 in base64 after a plus sign. Returns where it ends. */
    private static int decodeShifted(byte[] bytes, int from, int length, StringBuilder text) {
        int at = from;
        int bits = 0;
        int bitCount = 0;
        for (; at < length; at++) {
            int value = BASE64.indexOf(bytes[at]);
            if (value < 0) {
                break;
            }
            bits = bits << 6 | value;
            bitCount += 6;
            if (bitCount >= 16) {
                bitCount -= 16;
                text.append((char) (bits >>> bitCount));
                bits &= (1 << bitCount) - 1;
            }
        }
        return at < length && bytes[at] == '-' ? at + 1 : at;
    }
}
