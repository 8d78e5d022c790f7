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
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a {@code main.cf} (postconf(5)): comments, lines that continue with white space, and values that
 * refer to other parameters by {@code $name}, <code>${name}</code>, <code>${name?text}</code> and <code>${name:text}
 * </code>. Remembers which parameters were asked for. One thread.
 */
final class PostfixParameters {
    private static final int MAX_DEPTH = 20;
    private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\$|(\\w+)|[({](\\w+)(?:([?:])([^)}]*))?[)}])");

    private final Map<String, String> values;
    private final Set<String> used = new LinkedHashSet<>();

    private PostfixParameters(Map<String, String> values) {
        this.values = values;
    }

    /** Reads {@code main.cf}. */
    static PostfixParameters read(Path file) throws IOException {
        var values = new LinkedHashMap<String, String>();
        for (String line : logicalLines(file)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                String name = line.substring(0, equals).strip();
                values.remove(name); // the last one counts
                values.put(name, line.substring(equals + 1).strip());
            }
        }
        return new PostfixParameters(values);
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
        return expand(value, 0).strip();
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
        return List.of(text(name).split("[,\\s]+", -1)).stream()
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** The parameters that were never asked for, with their values as they stand in the file. */
    Map<String, String> unused() {
        var rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(used);
        return rest;
    }

    private String expand(String value, int depth) {
        if (depth > MAX_DEPTH) {
            return value; // a parameter refers to itself
        }
        return REFERENCE.matcher(value).replaceAll(found -> Matcher.quoteReplacement(replacement(found, depth)));
    }

    private String replacement(MatchResult found, int depth) {
        String name = found.group(1) != null ? found.group(1) : found.group(2);
        if (name == null) {
            return "$"; // $$
        }
        String referred = expand(referred(name), depth + 1);
        String operator = found.group(3);
        if (operator == null) {
            return referred;
        }
        boolean wantsText = operator.equals("?") != referred.isEmpty();
        return wantsText ? expand(found.group(4), depth + 1) : operator.equals("?") ? "" : referred;
    }

    /** Postfix derives these two from {@code myhostname}. */
    private String referred(String name) {
        String value = values.get(name);
        if (value != null) {
            used.add(name);
            return value;
        }
        String hostname = values.getOrDefault("myhostname", "");
        return switch (name) {
            case "mydomain" -> hostname.contains(".") ? hostname.substring(hostname.indexOf('.') + 1) : hostname;
            case "myorigin" -> "$myhostname";
            default -> "";
        };
    }
}
