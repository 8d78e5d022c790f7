// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A size as people write it: {@code 50MiB}, {@code 50MB}, {@code 10k} or plain bytes. The units are those of HOCON. */
record Bytes(long number) {

    /** Reads a size of at least one byte; throws {@link IllegalArgumentException} that says what is wrong. */
    static Bytes parse(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        try {
            long number = Math.multiplyExact(
                    Long.parseLong(text.substring(0, end)),
                    unit(text.substring(end).strip()));
            if (number > 0) {
                return new Bytes(number);
            }
        } catch (ArithmeticException | IllegalArgumentException e) {
            // said below, in the user's words
        }
        throw new IllegalArgumentException("'" + text + "' is not a size such as 50MiB, 50MB, 10k or 1000");
    }

    private static long unit(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1;
            case "k", "ki", "kib" -> 1L << 10;
            case "m", "mi", "mib" -> 1L << 20;
            case "g", "gi", "gib" -> 1L << 30;
            case "kb" -> 1_000;
            case "mb" -> 1_000_000;
            case "gb" -> 1_000_000_000;
            default -> throw new IllegalArgumentException(unit);
        };
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<Bytes> {
        @Override
        public Bytes convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /**
     * Picocli asks for it; the one that the compiler makes would be linked at each start, which takes 10 ms and more.
     */
    @Override
    public String toString() {
        return Long.toString(number);
    }
}
