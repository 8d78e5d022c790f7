// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.spool.Sync;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code group}, {@code none} or a duration. */
public final class SyncConverter implements ITypeConverter<Sync> {
    @Override
    public Sync convert(String text) {
        try {
            return Sync.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
