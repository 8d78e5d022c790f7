// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.Retention;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options about what the inbox keeps and how it is divided into namespaces. */
public final class InboxOptions {
    @Option(
            names = "--max-messages",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountConverter.OrZero.class,
            description =
                    "maximum messages per namespace; the oldest are deleted; 0: no limit (default: ${DEFAULT-VALUE})")
    int maxMessages;

    @Option(
            names = "--max-age",
            paramLabel = "AGE",
            defaultValue = "0",
            converter = DurationConverter.Unlimited.class,
            description = "how long messages are kept, such as 12h or 3d; 0: for ever (default: ${DEFAULT-VALUE})")
    Duration maxAge;

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = SizeConverter.OrZero.class,
            description =
                    "maximum size of all messages (2GiB); the oldest are deleted; 0: no limit (default: ${DEFAULT-VALUE})")
    long maxSize;

    @Option(
            names = "--namespaces",
            paramLabel = "KIND",
            defaultValue = "none",
            converter = NamespaceConverter.class,
            description =
                    "additional inboxes by user, domain, plus-tag, port or header:NAME (default: ${DEFAULT-VALUE})")
    NamespaceSelector namespaces;

    /** How many messages are kept and for how long. */
    public Retention retention() {
        return new Retention(maxMessages, maxAge, maxSize);
    }

    /** How messages are divided into namespaces. */
    public NamespaceSelector namespaces() {
        return namespaces;
    }

    static final class NamespaceConverter implements ITypeConverter<NamespaceSelector> {
        @Override
        public NamespaceSelector convert(String text) {
            try {
                return NamespaceSelector.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
