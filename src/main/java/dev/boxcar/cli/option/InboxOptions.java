// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.cli.source.TagFilterFile;
import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.search.TagFilters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--tag",
            paramLabel = "TAG=QUERY ...",
            converter = TagsConverter.class,
            description =
                    "tag messages that match: 'order=subject:order'; quote \"TAG=QUERY\" with spaces (default: none)")
    @Nullable
    List<TagFilters.Filter> tags;

    @Option(
            names = "--tags-config",
            paramLabel = "FILE",
            description = "tag messages that match the filters in this file, in Mailpit's format (default: none)")
    @Nullable
    Path tagsConfig;

    /** The filters that tag messages. */
    public TagFilters tagFilters() throws InvalidFileException {
        var filters = new ArrayList<>(tags == null ? List.of() : tags);
        if (tagsConfig != null) {
            try {
                filters.addAll(TagFilterFile.read(tagsConfig));
            } catch (InvalidConfigException e) {
                throw new InvalidFileException("--tags-config: " + e.getMessage(), e);
            } catch (IOException e) {
                throw InvalidFileException.unreadable("--tags-config", tagsConfig, e);
            }
        }
        return new TagFilters(filters);
    }

    /** How many messages are kept and for how long. */
    public Retention retention() {
        return new Retention(maxMessages, maxAge, maxSize);
    }

    /** How messages are divided into namespaces. */
    public NamespaceSelector namespaces() {
        return namespaces;
    }

    static final class TagsConverter implements ITypeConverter<List<TagFilters.Filter>> {
        @Override
        public List<TagFilters.Filter> convert(String text) {
            try {
                return TagFilterFile.parse(text);
            } catch (InvalidConfigException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
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
