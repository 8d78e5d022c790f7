// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The users and passwords of {@code smtp_sasl_password_maps}. The relay reads each from a file of its own; passwords
 * are never printed. One thread.
 */
final class PostfixPasswords {
    private static final String PARAMETER = "smtp_sasl_password_maps";

    private final Map<String, String> entries = new LinkedHashMap<>();
    /** Tables that cannot be read here. */
    private final List<String> unread = new ArrayList<>();

    private final boolean bySender;
    private final @Nullable Path directory;

    /**
     * Reads the passwords if {@code smtp_sasl_auth_enable} is set.
     *
     * @param directory where the files for the relay are written; null to write none
     */
    PostfixPasswords(PostfixParameters postfix, @Nullable Path directory) throws IOException {
        this.directory = directory;
        this.bySender = postfix.isYes("smtp_sender_dependent_authentication");
        List<String> references = postfix.list(PARAMETER);
        if (!postfix.isYes("smtp_sasl_auth_enable")) {
            return;
        }
        for (String reference : references) {
            if (PostfixTable.isReadable(reference)) {
                PostfixTable.read(reference).entries().forEach(entries::putIfAbsent);
            } else {
                unread.add(reference);
            }
        }
    }

    /** Names the tables that cannot be read: otherwise the relay would not log in, and nothing would say so. */
    void noteUnread(RelaySettings settings) {
        unread.forEach(reference -> settings.note(
                PARAMETER, "cannot read the text of " + reference + "; give each smarthost its auth-file"));
    }

    /** The file with the credentials for a next hop; empty if there are none, or no file is written. */
    String fileFor(String sender, String nextHop, RelaySettings settings) throws IOException {
        String entry = bySender && entries.containsKey(sender) ? entries.get(sender) : entries.get(nextHop);
        if (entry == null) {
            entry = entries.get(nextHop.replaceAll("[\\[\\]]|:[^:]*$", "")); // Postfix tries the bare host, too
        }
        if (entry == null || !entry.contains(":")) {
            return "";
        }
        if (directory == null) {
            settings.note(
                    PARAMETER,
                    "there is a password for " + nextHop + "; import with --auth-directory DIR to have it in a file");
            return "";
        }
        String name = (sender + nextHop).replaceAll("[^A-Za-z0-9.-]+", "_").replaceAll("^_|_$", "") + ".auth";
        Path file = directory.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, entry + "\n", UTF_8);
        return file.toAbsolutePath().toString();
    }
}
