// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.smtp.path.ForwardPath;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a recipient's address, {@code ben@b.example} or {@code <ben@b.example>}. */
public final class ForwardPathConverter implements ITypeConverter<ForwardPath> {
    @Override
    public ForwardPath convert(String text) {
        try {
            return ForwardPath.parse(inBrackets(text));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("invalid address '" + text + "' (example: ben@b.example)");
        }
    }

    static String inBrackets(String text) {
        return text.startsWith("<") && text.endsWith(">") ? text : "<" + text + ">";
    }
}
