// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A text split into a number and a unit: digits, then possibly a point and more digits, then possibly spaces and
 * letters.
 *
 * @param whole the number before the point
 * @param fraction the digits after the point, as a number between 0 and 1; null without a point
 * @param unit the letters after the number; empty without a unit
 */
record Quantity(long whole, @Nullable BigDecimal fraction, String unit) {
    private static final int MAX_WHOLE_DIGITS = 18;
    private static final int MAX_FRACTION_DIGITS = 9;

    /** Null if the text is not a number with an optional unit, or has more digits than make sense. */
    static @Nullable Quantity split(String text) {
        String stripped = text.strip();
        int wholeEnd = skipDigits(stripped, 0);
        if (wholeEnd == 0 || wholeEnd > MAX_WHOLE_DIGITS) {
            return null;
        }
        int numberEnd = wholeEnd;
        BigDecimal fraction = null;
        if (wholeEnd < stripped.length() && stripped.charAt(wholeEnd) == '.') {
            numberEnd = skipDigits(stripped, wholeEnd + 1);
            int digits = numberEnd - wholeEnd - 1;
            if (digits == 0 || digits > MAX_FRACTION_DIGITS) {
                return null;
            }
            fraction = new BigDecimal("0" + stripped.substring(wholeEnd, numberEnd));
        }
        String unit = stripped.substring(numberEnd).strip();
        return new Quantity(Long.parseLong(stripped.substring(0, wholeEnd)), fraction, unit);
    }

    private static int skipDigits(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    /** The number times the size of its unit, rounded down. Throws {@link ArithmeticException} on overflow. */
    long times(long unitSize) {
        long product = Math.multiplyExact(whole, unitSize);
        return fraction == null
                ? product
                : Math.addExact(
                        product, fraction.multiply(BigDecimal.valueOf(unitSize)).longValue());
    }
}
