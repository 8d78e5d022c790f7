// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.alias;

import dev.boxcar.smtp.path.Mailbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file in the format of {@code /etc/aliases}: {@code name: address, other-name}, comments, and lines that
 * continue the one before because they begin with a space. A name may stand for other names; {@code \name} and a name
 * that stands for itself are not looked up again. Programs, files and {@code :include:} are mistakes, because the relay
 * delivers to other servers only. Used by one thread.
 */
public final class AliasFile {
    private static final int MAX_LINES = 100_000;
    private static final int MAX_ADDRESSES = 10_000;
    private static final int MAX_DEPTH = 100;

    private final Path path;
    private final LocalDomains local;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Set<Mailbox>> resolved = new LinkedHashMap<>();

    private record Value(String text, int line) {}

    private record Entry(int line, List<Value> values) {}

    private AliasFile(Path path, LocalDomains local) {
        this.path = path;
        this.local = local;
    }

    /** Reads the file. */
    public static Aliases read(Path path, LocalDomains local) throws InvalidAliasesException {
        return new AliasFile(path, local).aliases();
    }

    private Aliases aliases() throws InvalidAliasesException {
        readEntries();
        var aliases = new LinkedHashMap<String, List<Mailbox>>();
        for (String name : entries.keySet()) {
            aliases.put(name, List.copyOf(addresses(name, new LinkedHashSet<>())));
        }
        return new Aliases(aliases, local);
    }

    // ---- lines

    private void readEntries() throws InvalidAliasesException {
        Entry current = null;
        int number = 0;
        for (String line : lines()) {
            number++;
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            var parts = new AliasLine(line.strip());
            boolean continues = Character.isWhitespace(line.charAt(0));
            try {
                if (!continues) {
                    checkNotEmpty(current);
                    current = begin(parts.name(), number);
                } else if (current == null) {
                    throw new IllegalArgumentException("the line begins with a space, but there is none to continue");
                }
                for (String value : parts.values()) {
                    checkKind(value);
                    current.values().add(new Value(value, number));
                }
            } catch (IllegalArgumentException e) {
                throw mistake(number, String.valueOf(e.getMessage()));
            }
        }
        checkNotEmpty(current);
    }

    private List<String> lines() throws InvalidAliasesException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            String reason = Files.exists(path) ? "not a readable file" : "no such file";
            throw new InvalidAliasesException(path + ": " + reason);
        }
        try (var lines = Files.lines(path)) {
            List<String> some = lines.limit(MAX_LINES + 1L).toList();
            if (some.size() > MAX_LINES) {
                throw new InvalidAliasesException(path + ": more than " + MAX_LINES + " lines");
            }
            return some;
        } catch (IOException | UncheckedIOException e) {
            boolean malformed = e instanceof MalformedInputException || e.getCause() instanceof MalformedInputException;
            throw new InvalidAliasesException(path + ": " + (malformed ? "not a text in UTF-8" : "cannot be read"));
        }
    }

    private Entry begin(String name, int line) {
        var entry = new Entry(line, new ArrayList<>());
        Entry before = entries.putIfAbsent(name.toLowerCase(Locale.ROOT), entry);
        if (before != null) {
            throw new IllegalArgumentException("alias '" + name + "' is there already, in line " + before.line());
        }
        return entry;
    }

    private void checkNotEmpty(@Nullable Entry entry) throws InvalidAliasesException {
        if (entry != null && entry.values().isEmpty()) {
            throw mistake(entry.line(), "the alias has no address");
        }
    }

    private static void checkKind(String value) {
        if (value.startsWith("|")) {
            throw new IllegalArgumentException(
                    "'" + value + "' is a program: an alias can only be an address or a name");
        } else if (value.startsWith("/")) {
            throw new IllegalArgumentException("'" + value + "' is a file: an alias can only be an address or a name");
        } else if (value.toLowerCase(Locale.ROOT).startsWith(":include:")) {
            throw new IllegalArgumentException(
                    "'" + value + "': other files cannot be included, write the addresses here");
        }
    }

    // ---- addresses

    /** The addresses that a name stands for, names in them replaced; {@code within} are the names being replaced. */
    private Set<Mailbox> addresses(String name, Set<String> within) throws InvalidAliasesException {
        Set<Mailbox> known = resolved.get(name);
        Entry entry = entries.get(name);
        if (known != null || entry == null) {
            return known == null ? Set.of() : known;
        }
        if (within.size() >= MAX_DEPTH) {
            throw mistake(entry.line(), "more than " + MAX_DEPTH + " names in a row stand for each other");
        }
        within.add(name);
        var addresses = new LinkedHashSet<Mailbox>();
        for (Value value : entry.values()) {
            add(value, name, within, addresses);
            if (addresses.size() > MAX_ADDRESSES) {
                throw mistake(value.line(), "alias '" + name + "' has more than " + MAX_ADDRESSES + " addresses");
            }
        }
        within.remove(name);
        resolved.put(name, addresses);
        return addresses;
    }

    private void add(Value value, String name, Set<String> within, Set<Mailbox> addresses)
            throws InvalidAliasesException {
        boolean isFinal = value.text().startsWith("\\");
        Mailbox mailbox = mailbox(isFinal ? value.text().substring(1) : value.text(), value.line());
        String other = local.include(mailbox.domain()) ? Aliases.key(mailbox) : "";
        if (isFinal || other.equals(name) || !entries.containsKey(other)) {
            addresses.add(mailbox);
        } else if (within.contains(other)) {
            throw mistake(value.line(), "the aliases " + String.join(", ", within) + " stand for each other");
        } else {
            addresses.addAll(addresses(other, within));
        }
    }

    private Mailbox mailbox(String text, int line) throws InvalidAliasesException {
        try {
            return text.indexOf('@') < 0 ? local.mailbox(text) : Mailbox.parse(text);
        } catch (IllegalArgumentException e) {
            throw mistake(line, "'" + text + "' is neither an address nor a name");
        }
    }

    private InvalidAliasesException mistake(int line, String reason) {
        return new InvalidAliasesException(path + ":" + line + ": " + reason);
    }
}
