// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.log.Logging;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options about the log, for commands that run until they are stopped. */
public final class LogOptions {
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
            description = "log one line per event, as text or as a JSON object (default: ${DEFAULT-VALUE})")
    Logging.Format format;

    /** Starts the log with these settings. */
    public void begin() {
        Logging.begin(level, format);
    }

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
        throw new TypeConversionException("invalid value '" + text + "': use one of "
                + Arrays.stream(type.getEnumConstants())
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ")));
    }
}
