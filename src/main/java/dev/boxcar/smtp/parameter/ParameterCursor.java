// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.AsciiSet;
import dev.boxcar.smtp.path.PathSyntax;
import java.util.function.Consumer;

/**
 * Iterates over the parameters after a path, {@code SIZE=1000 BODY=8BITMIME} (RFC 5321 §4.1.2, {@code esmtp-param}), in
 * place.
 *
 * <p>{@link #next} moves to the next parameter; the other methods describe the current one. Parameters are separated by
 * one or more spaces. Leading and trailing spaces are skipped, so a caller that starts directly after a path must check
 * that a space follows it. The cursor does not check whether a keyword is known, may have a value or may be repeated.
 *
 * <p>Confined to one thread, reusable. Only {@link #keyword} and {@link #value} allocate.
 */
public final class ParameterCursor {
    /** The result of {@link #next}. */
    public enum Step {
        /** The cursor is at a parameter. */
        FOUND,
        /** There are no more parameters. */
        NONE,
        /** What follows is not a parameter; every further call returns this again. */
        MALFORMED
    }

    /**
     * {@code esmtp-value = 1*(%d33-60 / %d62-126)}: no controls, no space, no equals sign; RFC 6531 §3.3 adds UTF-8.
     */
    private static final AsciiSet VALUE = new AsciiSet().with(33, 60).with(62, 126);

    private static final int MAX_DIGITS = 20; // RFC 1870 §4

    private byte[] bytes = {};
    private int position;
    private int to;
    private int keywordFrom;
    private int keywordTo;
    private int valueFrom;
    private int valueTo;

    /** Starts over, at the bytes from {@code from} to {@code to}, exclusive. */
    public void reset(byte[] o, int from, int to) {
        bytes = o;
        position = from;
        this.to = to;
        moveTo(from, from);
    }

    /** Moves to the next parameter. */
    public Step next() {
        int from = position;
        while (from < to && bytes[from] == ' ') {
            from++;
        }
        if (from == to) {
            moveTo(to, to);
            position = to;
            return Step.NONE;
        }
        int end = AsciiSet.LETTERS_DIGITS_HYPHEN.endOfRun(bytes, from, to);
        if (end == from || bytes[from] == '-') {
            return malformed(from);
        }
        moveTo(from, end);
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
        moveTo(from, from);
        position = from;
        return Step.MALFORMED;
    }

    /** Moves to a keyword without a value. */
    private void moveTo(int from, int end) {
        keywordFrom = from;
        keywordTo = end;
        valueFrom = end;
        valueTo = end;
    }

    /** Whether the keyword is this one, given in upper case. */
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

    /** The index after the value's last byte; {@link #valueFrom} if there is no value. */
    public int valueTo() {
        return valueTo;
    }

    /** Whether the value is this one, in any case; {@code upperCase} is in upper case. */
    public boolean valueIs(String upperCase) {
        return Ascii.equalsIgnoreCase(bytes, valueFrom, valueTo, upperCase);
    }

    /**
     * The value as a decimal number: -1 if it does not have 1 to 20 digits and nothing else, Long.MAX_VALUE if it is
     * greater.
     */
    public long number() {
        int digits = valueTo - valueFrom;
        if (digits < 1 || digits > MAX_DIGITS) {
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

    /** Whether there is a value of this form. */
    boolean valueFits(Parameter.Form form) {
        return hasValue() && form.fits(bytes, valueFrom, valueTo);
    }

    /** Whether there is a value that this parser accepts. Allocates a string, so it is for rare parameters. */
    boolean valueParses(Consumer<String> parser) {
        return hasValue() && Parameter.parses(parser, value());
    }

    /** Whether no byte of the value is above 127. */
    public boolean valueIsAscii() {
        return PathSyntax.isAscii(bytes, valueFrom, valueTo);
    }

    /** The keyword as received. */
    public String keyword() {
        return new String(bytes, keywordFrom, keywordTo - keywordFrom, UTF_8);
    }

    /** The value as received; empty if there is none. */
    public String value() {
        return new String(bytes, valueFrom, valueTo - valueFrom, UTF_8);
    }
}
