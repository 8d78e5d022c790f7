// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.smtp.path.ReversePath;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the sender's address, {@code ann@a.example} or {@code <ann@a.example>}; {@code <>} is the null sender. */
public final class ReversePathConverter implements ITypeConverter<ReversePath> {
    @Override
    public ReversePath convert(String text) {
        try {
            return ReversePath.parse(ForwardPathConverter.inBrackets(text));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("invalid address '" + text + "' (example: ann@a.example)");
        }
    }
}
