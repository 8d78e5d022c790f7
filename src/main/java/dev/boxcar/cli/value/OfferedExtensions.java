// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.smtp.parameter.Extension;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The extensions that the server offers in its EHLO reply, written as {@code all}, {@code all,-PIPECONNECT} or
 * {@code PIPELINING,SIZE}.
 */
public record OfferedExtensions(Set<Extension> extensions) {
    private static final String ALL = "all";

    /** Written by hand because picocli calls it at each start, and linking a record's generated method takes time. */
    @Override
    public String toString() {
        return extensions.toString();
    }

    /** Reads the list from left to right; a minus removes an extension. */
    public static final class Converter implements ITypeConverter<OfferedExtensions> {
        @Override
        public OfferedExtensions convert(String text) {
            var extensions = EnumSet.noneOf(Extension.class);
            for (String word : text.split(",", -1)) {
                if (word.equalsIgnoreCase(ALL)) {
                    extensions.addAll(Extension.all());
                } else if (word.startsWith("-")) {
                    extensions.remove(extension(word.substring(1), word));
                } else {
                    extensions.add(extension(word, word));
                }
            }
            return new OfferedExtensions(extensions);
        }

        private static Extension extension(String keyword, String word) {
            String upperCase = keyword.toUpperCase(Locale.ROOT);
            return Arrays.stream(Extension.values())
                    .filter(extension -> extension.keyword().equals(upperCase))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "unknown extension '" + word + "' (examples: all or all,-PIPECONNECT or PIPELINING,SIZE)"));
        }
    }
}
