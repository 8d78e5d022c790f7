// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.migrate;

import com.typesafe.config.ConfigUtil;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A configuration of the relay that is being written, and what could not be carried over. One thread. */
final class RelaySettings {
    /** Parameters that may have a password, such as those of look-ups in data bases. */
    private static final Pattern MAY_BE_SECRET = Pattern.compile("pass|_pw|secret", Pattern.CASE_INSENSITIVE);

    private final Map<String, String> lines = new LinkedHashMap<>();
    private final Map<String, String> smarthosts = new LinkedHashMap<>();
    private final List<String> routes = new ArrayList<>();
    private final Map<String, Set<String>> notes = new LinkedHashMap<>();

    /** Sets an option to a value that needs no quotes, such as a number or a duration. */
    void set(String key, String value) {
        lines.put(key, value);
    }

    /** Sets an option to a text. */
    void setText(String key, String value) {
        lines.put(key, quoted(value));
    }

    /** Sets an option to a list of texts. */
    void setList(String key, List<String> values) {
        lines.put(key, values.stream().map(RelaySettings::quoted).collect(Collectors.joining(", ", "[", "]")));
    }

    /** Whether the option was set. */
    boolean isSet(String key) {
        return lines.containsKey(key);
    }

    /** Adds a smarthost; the settings are in HOCON. */
    void addSmarthost(String name, String settings) {
        smarthosts.put(name, settings);
    }

    /** Adds a route; the condition is {@code to = "..."}, or empty for all mail. */
    void addRoute(String condition, String via) {
        routes.add("{ " + condition + (condition.isEmpty() ? "" : ", ") + "via = " + quoted(via) + " }");
    }

    /** Says why a parameter was not carried over, or only in part. */
    void note(String parameter, String reason) {
        notes.computeIfAbsent(parameter, key -> new LinkedHashSet<>()).add(reason);
    }

    static String quoted(String text) {
        return ConfigUtil.quoteString(text);
    }

    /** Prints the file. */
    void print(PrintWriter out, Map<String, String> unknown) {
        lines.forEach((key, value) -> out.println(key + " = " + value));
        smarthosts.forEach((name, settings) -> out.printf("smarthosts.%s = { %s }%n", name, settings));
        if (!routes.isEmpty()) {
            out.println("routes = [");
            routes.forEach(route -> out.println("  " + route));
            out.println("]");
        }
        if (!notes.isEmpty()) {
            out.println();
            out.println("# Look at these:");
            notes.forEach((parameter, reasons) ->
                    reasons.forEach(reason -> out.println("# " + parameter + ": " + oneLine(reason))));
        }
        if (!unknown.isEmpty()) {
            out.println();
            out.println("# Not carried over:");
            unknown.forEach((name, value) -> out.println(
                    "# " + name + " = " + (MAY_BE_SECRET.matcher(name).find() ? "..." : oneLine(value))));
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
