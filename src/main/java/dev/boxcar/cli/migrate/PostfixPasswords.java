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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
        List<String> references = postfix.tables(PARAMETER);
        if (!postfix.isYes("smtp_sasl_auth_enable")) {
            return;
        }
        for (String reference : references) {
            PostfixTable table = PostfixTable.read(reference);
            if (table != null) {
                table.entries().forEach(entries::putIfAbsent);
            } else {
                unread.add(reference);
            }
        }
    }

    /** Names the tables that cannot be read: otherwise the relay would not log in, and nothing would say so. */
    void noteUnread(RelaySettings settings) {
        unread.forEach(reference -> settings.note(
                PARAMETER,
                "cannot read the text of " + PostfixTable.shown(reference) + "; give each smarthost its auth-file"));
    }

    /** The senders that have a password of their own: addresses, or {@code @domain}. */
    List<String> senders() {
        return bySender
                ? entries.keySet().stream().filter(key -> key.contains("@")).toList()
                : List.of();
    }

    /**
     * The file with the credentials for a next hop; empty if there are none, or no file is written.
     *
     * @param sender the address or {@code @domain} whose mail it is; empty for any
     * @param nextHops in the order in which they are tried; a smarthost of the relay has one log-in for all of them
     */
    String fileFor(String sender, List<String> nextHops, RelaySettings settings) throws IOException {
        String first = nextHops.isEmpty() ? "" : nextHops.get(0);
        String entry = entry(sender, first);
        for (String other : nextHops) {
            if (!Objects.equals(entry, entry(sender, other))) {
                settings.note(
                        PARAMETER,
                        "a smarthost has one log-in for all its hosts; " + other + " needs another one than " + first);
            }
        }
        if (entry == null || !entry.contains(":")) {
            return "";
        }
        String owner = sender.isEmpty() || !entries.containsKey(sender) ? "" : sender + "_";
        if (directory == null) {
            settings.note(
                    PARAMETER,
                    "there is a password for " + (owner.isEmpty() ? first : sender)
                            + "; import with --auth-directory DIR to have it in a file");
            return "";
        }
        String name = (owner + first).replaceAll("[^A-Za-z0-9.-]+", "_").replaceAll("^_|_$", "") + ".auth";
        Path file = directory.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, entry + "\n", UTF_8);
        return file.toAbsolutePath().toString();
    }

    /** Postfix looks for the sender, then for the host, then for the next hop as it is written. */
    private @Nullable String entry(String sender, String nextHop) {
        String own = bySender ? entries.get(sender.toLowerCase(Locale.ROOT)) : null;
        if (own != null) {
            return own;
        }
        String destination = nextHop.toLowerCase(Locale.ROOT);
        String ofHost = entries.get(destination.replaceAll("[\\[\\]]|:[^:\\]]*$", ""));
        return ofHost != null ? ofHost : entries.getOrDefault(destination, entries.get(PostfixTable.ANY));
    }
}
