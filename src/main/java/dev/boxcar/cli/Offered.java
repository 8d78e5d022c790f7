// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.smtp.parameter.Extension;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The extensions that a server offers in its answer to EHLO, as a user names them: {@code all},
 * {@code all,-PIPECONNECT}, {@code PIPELINING,SIZE}.
 */
record Offered(Set<Extension> extensions) {
    /** As that of {@link Bytes}: the one that the compiler makes is slow at a start. */
    @Override
    public String toString() {
        return extensions.toString();
    }

    private static final String ALL = "all";

    /** Reads the list from its left to its right; a word with a minus takes away. */
    static final class Converter implements ITypeConverter<Offered> {
        @Override
        public Offered convert(String text) {
            var offered = EnumSet.noneOf(Extension.class);
            for (String word : text.split(",", -1)) {
                if (word.equalsIgnoreCase(ALL)) {
                    offered.addAll(EnumSet.allOf(Extension.class));
                } else if (word.startsWith("-")) {
                    offered.remove(extension(word.substring(1), word));
                } else {
                    offered.add(extension(word, word));
                }
            }
            return new Offered(offered);
        }

        private static Extension extension(String keyword, String word) {
            String upperCase = keyword.toUpperCase(Locale.ROOT);
            Optional<Extension> extension = Arrays.stream(Extension.values())
                    .filter(one -> one.keyword().equals(upperCase))
                    .findFirst();
            return extension.orElseThrow(() -> new TypeConversionException(
                    "'" + word + "' is no extension; all,-PIPECONNECT offers all but that one"));
        }
    }
}
