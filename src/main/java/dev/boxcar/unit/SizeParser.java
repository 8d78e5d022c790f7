// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import java.util.Locale;

/**
 * Reads sizes in bytes such as {@code 1000}, {@code 10kB} (10,000), {@code 10K} and {@code 10KiB} (10,240),
 * {@code 1.5MB}. The units are those of HOCON, in upper or lower case. A number without a unit is in bytes.
 */
public final class SizeParser {
    private SizeParser() {}

    /**
     * The number of bytes, which may be 0 but never negative. A fraction of a byte is dropped.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static long parse(String text) {
        Quantity quantity = Quantity.split(text);
        long unitBytes = quantity == null ? 0 : unitBytes(quantity.unit().toLowerCase(Locale.ROOT));
        if (quantity == null || unitBytes == 0) {
            throw invalid(text);
        }
        try {
            return quantity.times(unitBytes);
        } catch (ArithmeticException e) {
            throw invalid(text); // more than a long holds
        }
    }

    /** The bytes of one unit, or 0 if it is unknown. */
    private static long unitBytes(String unit) {
        return switch (unit) {
            case "", "b", "byte", "bytes" -> 1;
            case "kb", "kilobyte", "kilobytes" -> 1_000;
            case "mb", "megabyte", "megabytes" -> 1_000_000;
            case "gb", "gigabyte", "gigabytes" -> 1_000_000_000;
            case "tb", "terabyte", "terabytes" -> 1_000_000_000_000L;
            case "k", "ki", "kib", "kibibyte", "kibibytes" -> 1L << 10;
            case "m", "mi", "mib", "mebibyte", "mebibytes" -> 1L << 20;
            case "g", "gi", "gib", "gibibyte", "gibibytes" -> 1L << 30;
            case "t", "ti", "tib", "tebibyte", "tebibytes" -> 1L << 40;
            default -> 0;
        };
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("invalid size '" + text + "' (examples: 1000, 10kB, 50MiB, 1.5G)");
    }
}
