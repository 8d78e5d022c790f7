// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.util.Arrays;

/**
 * Decodes base64 (RFC 2045 §6.8) as programs send it: without padding, with padding in the middle, with other
 * characters in between. Confined to one thread.
 */
final class Base64Decoder {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final byte[] VALUES = values();
    private static final int DIGITS_PER_QUANTUM = 4;
    private static final int BYTES_PER_QUANTUM = 3;

    private byte[] decoded = new byte[256];
    private int length;
    private int bits;
    private int digits;

    private static byte[] values() {
        var values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            values[ALPHABET.charAt(i)] = (byte) i;
        }
        return values;
    }

    static boolean isDigit(int c) {
        return c >= 0 && c < VALUES.length && VALUES[c] >= 0;
    }

    /** Takes a character. Padding ends a quantum; all other characters outside the alphabet are ignored. */
    void add(int c) {
        if (c == '=') {
            finish();
        } else if (isDigit(c)) {
            bits = bits << 6 | VALUES[c];
            if (++digits == DIGITS_PER_QUANTUM) {
                write(BYTES_PER_QUANTUM);
            }
        }
    }

    /** Decodes an unfinished quantum as if it were padded. One digit alone is not a byte and is dropped. */
    void finish() {
        if (digits > 0) {
            int bytes = digits * 6 / 8;
            bits <<= 6 * (DIGITS_PER_QUANTUM - digits);
            write(bytes);
        }
    }

    private void write(int bytes) {
        if (decoded.length - length < BYTES_PER_QUANTUM) {
            decoded = Arrays.copyOf(decoded, decoded.length * 2);
        }
        for (int i = 0; i < bytes; i++) {
            decoded[length++] = (byte) (bits >>> (16 - 8 * i));
        }
        bits = 0;
        digits = 0;
    }

    /** Returns the bytes decoded since the last call. */
    byte[] take() {
        byte[] bytes = Arrays.copyOf(decoded, length);
        length = 0;
        return bytes;
    }
}
