// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A look-up table of Postfix such as {@code hash:/etc/postfix/transport} (DATABASE_README). The text that it was made
 * from is read, as {@code postmap} reads it: a key, white space, a value. {@code static:} and {@code inline:} stand in
 * {@code main.cf} itself. One thread.
 *
 * @param entries by key, which is in lower case, in the order of the file; {@code *} for every key
 */
record PostfixTable(Map<String, String> entries) {
    /** The key of a table that has the same value for every key. */
    static final String ANY = "*";

    private static final Set<String> TYPES = Set.of("hash", "btree", "lmdb", "cdb", "dbm", "sdbm", "texthash");

    /** Reads the table; null if this cannot be done. */
    static @Nullable PostfixTable read(String reference) throws IOException {
        int colon = reference.indexOf(':');
        String type = colon < 0 ? "" : reference.substring(0, colon);
        String rest = reference.substring(colon + 1);
        var entries = new LinkedHashMap<String, String>();
        if (type.equals("static")) {
            entries.put(ANY, withoutBraces(rest));
        } else if (type.equals("inline")) {
            for (String word : PostfixParameters.words(withoutBraces(rest))) {
                String[] parts = withoutBraces(word).split("=", 2);
                put(entries, parts[0].strip(), parts.length > 1 ? parts[1].strip() : "");
            }
        } else if (isReadable(reference)) {
            for (String line : PostfixParameters.logicalLines(Path.of(rest))) {
                String[] parts = line.split("\\s+", 2);
                put(entries, parts[0], parts.length > 1 ? parts[1].strip() : "");
            }
        } else {
            return null;
        }
        return new PostfixTable(entries);
    }

    private static void put(Map<String, String> entries, String key, String value) {
        entries.put(key.toLowerCase(Locale.ROOT), value);
    }

    private static String withoutBraces(String text) {
        return text.startsWith("{") && text.endsWith("}")
                ? text.substring(1, text.length() - 1).strip()
                : text;
    }

    /** Whether the reference names a file with a text that can be read. */
    static boolean isReadable(String reference) {
        int colon = reference.indexOf(':');
        return colon > 0
                && TYPES.contains(reference.substring(0, colon))
                && Files.isReadable(Path.of(reference.substring(colon + 1)));
    }

    /** The file of a reference {@code type:file}. */
    static Path file(String reference) {
        return Path.of(reference.substring(reference.indexOf(':') + 1));
    }

    /** The reference as it may be printed: what stands in {@code static:} or {@code inline:} may be a password. */
    static String shown(String reference) {
        return reference.replaceFirst("(?s)^(static|inline):.*", "$1:");
    }
}
