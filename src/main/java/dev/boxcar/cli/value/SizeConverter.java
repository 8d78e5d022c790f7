// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.unit.SizeParser;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes with {@link SizeParser}: at least 1. */
public final class SizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        long bytes = parse(text);
        if (bytes == 0) {
            throw new TypeConversionException("invalid size '" + text + "': must be at least 1 byte");
        }
        return bytes;
    }

    private static long parse(String text) {
        try {
            return SizeParser.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** Reads such a number, or 0, which means no limit. */
    public static final class OrZero implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return parse(text);
        }
    }
}
