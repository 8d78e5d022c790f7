// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A look-up table of Postfix such as {@code hash:/etc/postfix/transport}. The text that it was made from is read, as
 * {@code postmap} reads it: a key, white space, a value.
 *
 * @param entries by key, in the order of the file
 */
record PostfixTable(Map<String, String> entries) {
    private static final Set<String> TYPES = Set.of("hash", "btree", "lmdb", "cdb", "dbm", "sdbm", "texthash");

    /** Whether the text of this table can be read. */
    static boolean isReadable(String reference) {
        int colon = reference.indexOf(':');
        return colon > 0
                && TYPES.contains(reference.substring(0, colon))
                && Files.isReadable(Path.of(reference.substring(colon + 1)));
    }

    /** Reads a table that {@link #isReadable}. */
    static PostfixTable read(String reference) throws IOException {
        var entries = new LinkedHashMap<String, String>();
        for (String line : PostfixParameters.logicalLines(file(reference))) {
            String[] words = line.split("\\s+", 2);
            entries.put(words[0], words.length > 1 ? words[1].strip() : "");
        }
        return new PostfixTable(entries);
    }

    /** The file of a reference {@code type:file}. */
    static Path file(String reference) {
        return Path.of(reference.substring(reference.indexOf(':') + 1));
    }
}
