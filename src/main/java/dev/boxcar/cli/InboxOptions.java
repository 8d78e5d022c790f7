// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.Retention;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * How much an inbox keeps and how it is divided: a mixin for every command that shows one. Filled by picocli, through
 * {@link Layers}.
 */
final class InboxOptions {
    @Option(
            names = "--max-messages",
            paramLabel = "N",
            defaultValue = "0",
            converter = CountOrNone.class,
            description = "messages kept in each namespace, the oldest go; 0: all (default: ${DEFAULT-VALUE})")
    int maxMessages;

    @Option(
            names = "--max-age",
            paramLabel = "AGE",
            defaultValue = "0",
            converter = DurationConverter.Unlimited.class,
            description = "how long a message is kept, such as 12h or 3d; 0: for ever (default: ${DEFAULT-VALUE})")
    Duration maxAge;

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = SizeConverter.OrZero.class,
            description =
                    "octets of all messages kept, such as 2GiB, the oldest go; 0: all (default: ${DEFAULT-VALUE})")
    long maxSize;

    @Option(
            names = "--namespaces",
            paramLabel = "HOW",
            defaultValue = "none",
            converter = How.class,
            description =
                    "inboxes by user, domain, plus-tag, port, header:NAME, besides the one of all (default: ${DEFAULT-VALUE})")
    NamespaceSelector namespaces;

    Retention retention() {
        return new Retention(maxMessages, maxAge, maxSize);
    }

    /** A whole number, 0 among them. */
    static final class CountOrNone implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return isNone(text) ? 0 : new Count().convert(text);
        }
    }

    /** What selects namespaces. */
    static final class How implements ITypeConverter<NamespaceSelector> {
        @Override
        public NamespaceSelector convert(String text) {
            try {
                return NamespaceSelector.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static boolean isNone(String text) {
        return text.equals("0");
    }
}
