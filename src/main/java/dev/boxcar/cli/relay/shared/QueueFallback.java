// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.shared;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What happens to mail while the engine of a shared queue cannot be reached. */
public enum QueueFallback {
    /** It is refused with 451. */
    NONE,
    /** It is accepted into the spool, and moved later. */
    LOCAL;

    /** For picocli. */
    public static final class Converter implements ITypeConverter<QueueFallback> {
        @Override
        public QueueFallback convert(String text) {
            return switch (text) {
                case "none" -> NONE;
                case "local" -> LOCAL;
                default -> throw new TypeConversionException("invalid fallback '" + text + "': use none or local");
            };
        }
    }
}
