// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Addresses as people write them, {@code ann@a.example} or {@code <ann@a.example>}, for picocli. */
final class Paths {
    private Paths() {}

    private static String inBrackets(String text) {
        return text.startsWith("<") && text.endsWith(">") ? text : "<" + text + ">";
    }

    /** Where failures go; nothing, or {@code <>}, is nobody. */
    static final class Reverse implements ITypeConverter<ReversePath> {
        @Override
        public ReversePath convert(String text) {
            try {
                return ReversePath.parse(inBrackets(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is not an address such as ann@a.example");
            }
        }
    }

    /** Whom a message is for. */
    static final class Forward implements ITypeConverter<ForwardPath> {
        @Override
        public ForwardPath convert(String text) {
            try {
                return ForwardPath.parse(inBrackets(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is not an address such as ben@b.example");
            }
        }
    }
}
