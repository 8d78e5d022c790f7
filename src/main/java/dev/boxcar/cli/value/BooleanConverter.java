// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads true or false. Also accepts yes and no, on and off, 1 and 0, which files and variables often contain. */
public final class BooleanConverter implements ITypeConverter<Boolean> {
    @Override
    public Boolean convert(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new TypeConversionException("invalid value '" + text + "': use true or false");
        };
    }
}
