// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number of at least 1. */
public final class CountConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        return atLeast(1, text);
    }

    private static int atLeast(int minimum, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= minimum) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below, in a message for the user
        }
        throw new TypeConversionException(
                "invalid number '" + text + "': must be a whole number of at least " + minimum);
    }

    /** Reads a whole number of at least 0; 0 means no limit. */
    public static final class OrZero implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return atLeast(0, text);
        }
    }
}
