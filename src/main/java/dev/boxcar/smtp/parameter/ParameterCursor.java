// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.AsciiSet;
import dev.boxcar.smtp.path.PathSyntax;
import java.util.function.Consumer;

/**
 * Walks the parameters behind a path, {@code SIZE=1000 BODY=8BITMIME} (RFC 5321 §4.1.2, {@code esmtp-param}), in place.
 *
 * <p>{@link #next} steps to a parameter; the other methods tell of the one it stands on. They are separated by one or
 * more spaces; spaces before the first and behind the last are stepped over, so whoever begins right behind a path sees
 * to it that a space is there. Whether a keyword is known, may have a value or may come twice is the caller's to say.
 *
 * <p>Confined to one thread, to be used again. Allocates nothing, save in {@link #keyword} and {@link #value}.
 */
public final class ParameterCursor {
    /** Where a step led. */
    public enum Step {
        /** To a parameter. */
        FOUND,
        /** To the end: there are no more. */
        NONE,
        /** To something that is no parameter; every further step leads there again. */
        MALFORMED
    }

    /**
     * {@code esmtp-value = 1*(%d33-60 / %d62-126)}: no controls, no space, no equals sign; RFC 6531 §3.3 adds UTF-8.
     */
    private static final AsciiSet VALUE = new AsciiSet().with(33, 60).with(62, 126);

    private static final int MOST_DIGITS = 20; // RFC 1870 §4

    private byte[] bytes = {};
    private int position;
    private int to;
    private int keywordFrom;
    private int keywordTo;
    private int valueFrom;
    private int valueTo;

    /** Begins anew, with what stands from {@code from} to {@code to}. */
    public void reset(byte[] o, int from, int to) {
        bytes = o;
        position = from;
        this.to = to;
        standAt(from, from);
    }

    /** Steps to the next parameter. */
    public Step next() {
        int from = position;
        while (from < to && bytes[from] == ' ') {
            from++;
        }
        if (from == to) {
            standAt(to, to);
            position = to;
            return Step.NONE;
        }
        int end = AsciiSet.LETTERS_DIGITS_HYPHEN.endOfRun(bytes, from, to);
        if (end == from || bytes[from] == '-') {
            return malformed(from);
        }
        standAt(from, end);
        if (end < to && bytes[end] == '=') {
            valueFrom = end + 1;
            valueTo = VALUE.endOfUtf8Run(bytes, valueFrom, to);
            if (valueTo == valueFrom) {
                return malformed(from);
            }
        }
        if (valueTo < to && bytes[valueTo] != ' ') {
            return malformed(from);
        }
        position = valueTo;
        return Step.FOUND;
    }

    private Step malformed(int from) {
        standAt(from, from);
        position = from;
        return Step.MALFORMED;
    }

    /** On a keyword, with no value behind it. */
    private void standAt(int from, int end) {
        keywordFrom = from;
        keywordTo = end;
        valueFrom = end;
        valueTo = end;
    }

    /** Whether the keyword is this one, given in capitals. */
    public boolean is(String keywordUpperCase) {
        return Ascii.equalsIgnoreCase(bytes, keywordFrom, keywordTo, keywordUpperCase);
    }

    /** Whether an equals sign and a value follow the keyword. */
    public boolean hasValue() {
        return valueFrom < valueTo;
    }

    /** The index of the value's first byte. */
    public int valueFrom() {
        return valueFrom;
    }

    /** The index behind the value's last byte; {@link #valueFrom} where there is none. */
    public int valueTo() {
        return valueTo;
    }

    /** Whether the value is this one, given in capitals, in any case. */
    public boolean valueIs(String upperCase) {
        return Ascii.equalsIgnoreCase(bytes, valueFrom, valueTo, upperCase);
    }

    /**
     * The value as a decimal number; -1 where it is not one of 1 to 20 digits, Long.MAX_VALUE where it is more than
     * that.
     */
    public long number() {
        int digits = valueTo - valueFrom;
        if (digits < 1 || digits > MOST_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = valueFrom; i < valueTo; i++) {
            if (!Ascii.isDigit(bytes[i])) {
                return -1;
            }
            int digit = bytes[i] - '0';
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
        }
        return number;
    }

    /** Whether there is a value, and it is of this form. */
    boolean valueFits(Parameter.Form form) {
        return hasValue() && form.fits(bytes, valueFrom, valueTo);
    }

    /** Whether there is a value, and this reader takes it; for parameters that are rare, since it makes a text. */
    boolean valueReads(Consumer<String> reader) {
        return hasValue() && Parameter.reads(reader, value());
    }

    /** Whether no byte of the value is above 127. */
    public boolean valueIsAscii() {
        return PathSyntax.isAscii(bytes, valueFrom, valueTo);
    }

    /** The keyword as it came. */
    public String keyword() {
        return new String(bytes, keywordFrom, keywordTo - keywordFrom, UTF_8);
    }

    /** The value as it came; empty where there is none. */
    public String value() {
        return new String(bytes, valueFrom, valueTo - valueFrom, UTF_8);
    }
}
