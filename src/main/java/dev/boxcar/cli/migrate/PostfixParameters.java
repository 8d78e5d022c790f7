// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a {@code main.cf} (postconf(5)): comments, lines that continue with white space, and values that
 * refer to other parameters. Remembers which parameters were asked for. One thread.
 */
final class PostfixParameters {
    private final Map<String, String> values;
    private final Path directory;
    private final String machine;
    private final Set<String> used = new LinkedHashSet<>();
    private final ParameterReferences references = new ParameterReferences(this::referred);
    private boolean tookMachineName;

    private PostfixParameters(Map<String, String> values, Path directory, String machine) {
        this.values = values;
        this.directory = directory;
        this.machine = machine;
    }

    /**
     * Reads {@code main.cf}.
     *
     * @param machine the machine's name, which Postfix takes if {@code myhostname} is not set
     */
    static PostfixParameters read(Path file, String machine) throws IOException {
        var values = new LinkedHashMap<String, String>();
        for (String line : logicalLines(file)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                String name = line.substring(0, equals).strip();
                values.remove(name); // the last one counts
                values.put(name, line.substring(equals + 1).strip());
            }
        }
        Path absolute = file.toAbsolutePath();
        return new PostfixParameters(values, Objects.requireNonNullElse(absolute.getParent(), absolute), machine);
    }

    /** The lines without comments, each joined with those that continue it; used by {@code main.cf} and tables. */
    static List<String> logicalLines(Path file) throws IOException {
        var lines = new ArrayList<String>();
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\r?\n", -1)) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            boolean continues = Character.isWhitespace(line.charAt(0)) && !lines.isEmpty();
            if (continues) {
                int last = lines.size() - 1;
                lines.set(last, lines.get(last) + " " + text);
            } else {
                lines.add(text);
            }
        }
        return lines;
    }

    /** The value with all references expanded; null if the parameter is not set. */
    @Nullable
    String get(String name) {
        String value = values.get(name);
        if (value == null) {
            return null;
        }
        used.add(name);
        return references.expand(value).strip();
    }

    /** The same; empty if the parameter is not set. */
    String text(String name) {
        String value = get(name);
        return value == null ? "" : value;
    }

    /** Whether the parameter is set to {@code yes}. */
    boolean isYes(String name) {
        return text(name).equalsIgnoreCase("yes");
    }

    /** The words of a list, which commas or white space separate. */
    List<String> list(String name) {
        return words(text(name));
    }

    /** The same, without the words {@code proxy:} before a table. */
    List<String> tables(String name) {
        return list(name).stream().map(word -> word.replaceFirst("^proxy:", "")).toList();
    }

    /** The words of a text, which commas or white space separate; a text in braces is one word. */
    static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        int depth = 0;
        for (char c : (text + " ").toCharArray()) {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth > 0 || (c != ',' && !Character.isWhitespace(c))) {
                word.append(c);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString().strip()); // a brace is missing
        }
        return words;
    }

    /** Whether a value that was asked for refers to the name of this machine. */
    boolean tookMachineName() {
        return tookMachineName;
    }

    /** The parameters that were never asked for, with their values as they stand in the file. */
    Map<String, String> unused() {
        var rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(used);
        return rest;
    }

    /** The value as it stands in the file, or that which Postfix takes if there is none. */
    private String referred(String name) {
        String value = values.get(name);
        if (value != null) {
            used.add(name);
            return value;
        }
        return switch (name) {
            case "config_directory" -> directory.toString();
            case "queue_directory" -> "/var/spool/postfix";
            case "data_directory" -> "/var/lib/postfix";
            case "default_database_type" -> "hash";
            case "mydestination" -> "$myhostname, localhost.$mydomain, localhost";
            case "myorigin" -> "$myhostname";
            case "mydomain" -> {
                String hostname = hostname();
                yield hostname.contains(".") ? hostname.substring(hostname.indexOf('.') + 1) : "localdomain";
            }
            case "myhostname" -> hostname();
            default -> "";
        };
    }

    private String hostname() {
        tookMachineName |= !values.containsKey("myhostname");
        return values.getOrDefault("myhostname", machine);
    }
}
