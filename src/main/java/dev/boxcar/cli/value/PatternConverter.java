// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a regular expression, which ignores case. */
public final class PatternConverter implements ITypeConverter<Pattern> {
    @Override
    public Pattern convert(String text) {
        try {
            return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw new TypeConversionException("invalid regular expression '" + text + "': " + e.getDescription());
        }
    }
}
