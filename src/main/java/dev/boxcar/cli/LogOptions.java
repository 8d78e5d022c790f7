// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a command that runs for long is told about its log: a mixin. */
final class LogOptions {
    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            converter = LevelConverter.class,
            description = "error, warn, info or debug; the log goes to standard error (default: ${DEFAULT-VALUE})")
    Logging.Level level;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            defaultValue = "text",
            converter = FormatConverter.class,
            description = "one line an event, as text or as a JSON object (default: ${DEFAULT-VALUE})")
    Logging.Format format;

    static final class LevelConverter implements ITypeConverter<Logging.Level> {
        @Override
        public Logging.Level convert(String text) {
            return oneOf(Logging.Level.class, text);
        }
    }

    static final class FormatConverter implements ITypeConverter<Logging.Format> {
        @Override
        public Logging.Format convert(String text) {
            return oneOf(Logging.Format.class, text);
        }
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, String text) {
        for (E value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(text)) {
                return value;
            }
        }
        throw new TypeConversionException("'" + text + "' is none of "
                + Arrays.stream(type.getEnumConstants())
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ")));
    }
}
