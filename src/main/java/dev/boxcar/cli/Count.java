// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A whole number of at least 1. */
final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, in the user's words
        }
        throw new TypeConversionException("'" + text + "' is not a whole number of at least 1");
    }

    /** The same, or 0 for none. */
    static final class OrNone implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return text.equals("0") ? Integer.valueOf(0) : new Count().convert(text);
        }
    }
}
