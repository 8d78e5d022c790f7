// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.HostPort;
import dev.boxcar.cli.value.SizeConverter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of the sink's web interface. */
public final class WebOptions {
    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|off",
            defaultValue = "localhost:8025",
            converter = HttpOptions.Address.class,
            description = "listen here for the web interface and its API, or off (default: ${DEFAULT-VALUE})")
    String http;

    @Mixin
    HttpOptions server;

    @Option(
            names = "--record",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description =
                    "record the last sessions for the page's Train tab, in at most 16 MiB (default: ${DEFAULT-VALUE})")
    boolean record;

    @Option(
            names = "--record-input",
            paramLabel = "SIZE",
            defaultValue = "64KiB",
            converter = InputSize.class,
            description =
                    "keep this much of each session's input, for 'boxcar lab record'; 0: none (default: ${DEFAULT-VALUE})")
    int recordInput;

    /** The options of the web server but its address. */
    public HttpOptions server() {
        return server;
    }

    /** Whether sessions are recorded. */
    public boolean recordsSessions() {
        return record;
    }

    /** How many bytes of the input of each session are kept. */
    public int recordedInputBytes() {
        return recordInput;
    }

    /** Where to listen; null if the web interface is off. */
    public @Nullable HostPort address() {
        return HttpOptions.address(http);
    }

    /** A size of at most 8 MiB, or 0. */
    static final class InputSize implements ITypeConverter<Integer> {
        private static final int MAX = 8 * 1024 * 1024;

        @Override
        public Integer convert(String text) {
            if (text.equals("0")) {
                return 0;
            }
            long bytes = new SizeConverter().convert(text);
            if (bytes > MAX) {
                throw new TypeConversionException("invalid size '" + text + "': must be at most 8MiB");
            }
            return (int) bytes;
        }
    }
}
