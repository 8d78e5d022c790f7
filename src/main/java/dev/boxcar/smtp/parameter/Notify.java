// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.Utf8;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** When the sender wants a delivery status notification for a recipient (RFC 3461 §4.1). */
public enum Notify {
    /** Never; cannot be combined with others. */
    NEVER,
    /** When the message was delivered. */
    SUCCESS,
    /** When it cannot be delivered. */
    FAILURE,
    /** When its delivery is delayed. */
    DELAY;

    private static final Notify[] ALL = values();

    /** Whether these bytes are {@code NEVER}, or some of the other values, separated by commas. */
    static boolean isWellFormed(byte[] o, int from, int to) {
        if (NEVER.isAt(o, from, to)) {
            return true;
        }
        int word = from;
        while (true) {
            int end = endOfWord(o, word, to);
            if (!SUCCESS.isAt(o, word, end) && !FAILURE.isAt(o, word, end) && !DELAY.isAt(o, word, end)) {
                return false;
            }
            if (end == to) {
                return true;
            }
            word = end + 1;
        }
    }

    private static int endOfWord(byte[] o, int from, int to) {
        int end = from;
        while (end < to && o[end] != ',') {
            end++;
        }
        return end;
    }

    private boolean isAt(byte[] o, int from, int to) {
        return Ascii.equalsIgnoreCase(o, from, to, name());
    }

    /** Parses {@code SUCCESS,DELAY}, in any case; IllegalArgumentException if it is malformed. */
    public static Set<Notify> parse(String text) {
        byte[] bytes = Utf8.encode(text);
        if (!isWellFormed(bytes, 0, bytes.length)) {
            throw new IllegalArgumentException("malformed NOTIFY: " + Utf8.printable(bytes, 0, bytes.length));
        }
        var values = EnumSet.noneOf(Notify.class);
        int word = 0;
        while (word < bytes.length) {
            int end = endOfWord(bytes, word, bytes.length);
            for (Notify one : ALL) {
                if (one.isAt(bytes, word, end)) {
                    values.add(one);
                }
            }
            word = end + 1;
        }
        return Collections.unmodifiableSet(values);
    }
}
