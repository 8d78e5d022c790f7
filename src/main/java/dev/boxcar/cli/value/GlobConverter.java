// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.unit.Glob;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a pattern in which {@code *} stands for any text. */
public final class GlobConverter implements ITypeConverter<Glob> {
    @Override
    public Glob convert(String text) {
        try {
            return new Glob(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("invalid pattern: " + e.getMessage());
        }
    }
}
