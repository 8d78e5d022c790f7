// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.smtp.client.PipeliningMode;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code lockstep}, {@code pipelined}, {@code train} or {@code bdat}. */
public final class PipeliningModeConverter implements ITypeConverter<PipeliningMode> {
    @Override
    public PipeliningMode convert(String text) {
        for (PipeliningMode mode : PipeliningMode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
                return mode;
            }
        }
        throw new TypeConversionException("invalid mode '" + text + "': use lockstep, pipelined, train or bdat");
    }
}
