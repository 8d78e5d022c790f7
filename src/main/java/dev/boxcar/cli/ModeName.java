// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.smtp.client.PipeliningMode;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** For picocli: {@code lockstep}, {@code pipelined}, {@code train} or {@code bdat}. */
final class ModeName implements ITypeConverter<PipeliningMode> {
    @Override
    public PipeliningMode convert(String text) {
        for (PipeliningMode mode : PipeliningMode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
                return mode;
            }
        }
        throw new TypeConversionException("'" + text + "' is not lockstep, pipelined, train or bdat");
    }
}
