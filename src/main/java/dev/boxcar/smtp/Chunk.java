// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import dev.boxcar.smtp.path.Ascii;

/**
 * The argument of a BDAT command (RFC 3030 §2). Immutable; any thread.
 *
 * @param bytes how many bytes follow the command; negative if the argument has no valid size
 * @param end the word after the size, which says whether more chunks follow
 */
public record Chunk(long bytes, End end) {
    /** The word after the size. */
    public enum End {
        /** No word: more chunks follow. */
        MORE,
        /** LAST: the message is complete. */
        LAST,
        /** Any other word. */
        MALFORMED
    }

    private static final String LAST = "LAST";
    private static final int MAX_DIGITS = 19;

    /** Reads the argument of a BDAT. */
    public static Chunk of(Command command) {
        byte[] o = command.bytes();
        int from = command.argumentFrom();
        int to = command.argumentTo();
        int end = from;
        while (end < to && o[end] != ' ') {
            end++;
        }
        int word = end;
        while (word < to && o[word] == ' ') {
            word++;
        }
        return new Chunk(size(o, from, end), word == to ? End.MORE : end(o, word, to));
    }

    private static End end(byte[] o, int from, int to) {
        return Ascii.equalsIgnoreCase(o, from, to, LAST) ? End.LAST : End.MALFORMED;
    }

    /** The value of {@code 1*DIGIT} if it is less than 2 to the power of 63, else -1. */
    private static long size(byte[] o, int from, int to) {
        int first = from;
        while (first < to - 1 && o[first] == '0') {
            first++;
        }
        if (first == to || to - first > MAX_DIGITS) {
            return -1;
        }
        long size = 0;
        for (int i = first; i < to; i++) {
            if (!Ascii.isDigit(o[i])) {
                return -1;
            }
            size = size * 10 + o[i] - '0'; // 19 digits overflow at most into the sign bit
        }
        return size < 0 ? -1 : size;
    }

    /** Whether the size is valid, so that the start of the next command is known. */
    public boolean hasSize() {
        return bytes >= 0;
    }
}
