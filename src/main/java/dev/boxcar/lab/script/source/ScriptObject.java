// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script.source;

import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.NumberRange;
import dev.boxcar.unit.DurationParser;
import dev.boxcar.unit.SizeParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object in the text of a script: gives its values by key and type, and reports an error with its key. A key whose
 * value is null counts as missing.
 */
final class ScriptObject {
    private final ScriptNode node;
    private final String path;
    private final Map<String, ScriptNode> fields;

    private ScriptObject(ScriptNode node, String path, Map<String, ScriptNode> fields) {
        this.node = node;
        this.path = path;
        this.fields = fields;
    }

    /**
     * The object at this node.
     *
     * @param path its key in the script; empty for the script itself
     * @param known the keys that it may have
     */
    static ScriptObject of(ScriptNode node, String path, Set<String> known) throws InvalidScriptException {
        Map<String, ScriptNode> fields = node.fields();
        if (fields == null) {
            String subject = path.isEmpty() ? "the script: " : path + ": ";
            throw new InvalidScriptException(prefix(node) + subject + "expected an object");
        }
        var object = new ScriptObject(node, path, fields);
        for (Map.Entry<String, ScriptNode> field : fields.entrySet()) {
            if (!known.contains(field.getKey())) {
                String names = String.join(", ", known.stream().sorted().toList());
                throw object.wrong(shown(field.getKey()), field.getValue(), "unknown key (known: " + names + ")");
            }
        }
        return object;
    }

    /** A key that the user wrote, in a form that fits into one line. */
    private static String shown(String key) {
        String visible = key.replaceAll("[^\\x21-\\x7E]", "?");
        return visible.length() > 50 ? visible.substring(0, 50) + "..." : visible;
    }

    private static String prefix(ScriptNode node) {
        return node.place().isEmpty() ? "" : node.place() + ": ";
    }

    boolean has(String key) {
        return find(key) != null;
    }

    boolean isEmpty() {
        return fields.values().stream().allMatch(field -> field.value() == null);
    }

    private @Nullable ScriptNode find(String key) {
        ScriptNode field = fields.get(key);
        return field == null || field.value() == null ? null : field;
    }

    /** An error in the value of a key, which may be missing. */
    InvalidScriptException wrong(String key, String reason) {
        ScriptNode field = find(key);
        return wrong(key, field == null ? node : field, reason);
    }

    private InvalidScriptException wrong(String key, ScriptNode at, String reason) {
        return new InvalidScriptException(prefix(at) + at(key) + ": " + reason.replaceAll("\\s*\\R\\s*", " "));
    }

    /** The key with the keys of the objects around it. */
    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Makes a value. The message of its IllegalArgumentException begins with the key that is wrong. */
    <T> T checked(Supplier<T> made) throws InvalidScriptException {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            int colon = message.indexOf(": ");
            String key = colon < 0 ? "" : message.substring(0, colon);
            String first = key.split("\\.", 2)[0];
            ScriptNode field = find(first);
            throw wrong(key, field == null ? node : field, message.substring(colon + 2));
        }
    }

    /** The object of a key, or null if the key is missing. */
    @Nullable
    ScriptObject object(String key, Set<String> known) throws InvalidScriptException {
        ScriptNode field = find(key);
        return field == null ? null : of(field, at(key), known);
    }

    /** Whether the value of a key is an object. */
    boolean isObject(String key) {
        ScriptNode field = find(key);
        return field != null && field.value() instanceof Map<?, ?>;
    }

    /** The nodes in the list of a key; empty if it is missing. */
    List<ScriptNode> items(String key) throws InvalidScriptException {
        ScriptNode field = find(key);
        if (field == null) {
            return List.of();
        }
        List<ScriptNode> items = field.items();
        if (items == null) {
            throw wrong(key, "expected a list");
        }
        return items;
    }

    /** The strings in the list of a key; a string alone is a list of one. */
    List<String> texts(String key) throws InvalidScriptException {
        ScriptNode field = find(key);
        if (field != null && field.value() instanceof String one) {
            return List.of(one);
        }
        var texts = new ArrayList<String>();
        for (ScriptNode item : items(key)) {
            if (!(item.value() instanceof String text)) {
                throw wrong(key, item, "expected a list of strings");
            }
            texts.add(text);
        }
        return texts;
    }

    /** A string; {@code defaultValue} if it is missing. */
    String text(String key, String defaultValue) throws InvalidScriptException {
        ScriptNode field = find(key);
        if (field == null) {
            return defaultValue;
        }
        if (!(field.value() instanceof String text)) {
            throw wrong(key, "expected a string");
        }
        return text;
    }

    /** True or false; false if it is missing. */
    boolean flag(String key) throws InvalidScriptException {
        ScriptNode field = find(key);
        if (field == null) {
            return false;
        }
        if (!(field.value() instanceof Boolean flag)) {
            throw wrong(key, "expected true or false");
        }
        return flag;
    }

    /** A whole number; null if it is missing. */
    @Nullable
    Long number(String key, long min, long max) throws InvalidScriptException {
        ScriptNode field = find(key);
        if (field == null) {
            return null;
        }
        boolean whole = field.value() instanceof Long || field.value() instanceof Integer;
        if (!whole || !(field.value() instanceof Number number)) {
            throw wrong(key, "expected a whole number");
        }
        if (number.longValue() < min || number.longValue() > max) {
            throw wrong(key, "must be " + min + " to " + max + ", not " + number);
        }
        return number.longValue();
    }

    /** What a string says; null if it is missing. */
    <T> @Nullable T parsed(String key, Function<String, T> parser) throws InvalidScriptException {
        return has(key) ? parse(key, text(key, ""), parser) : null;
    }

    /** What a string or a number says; {@code defaultValue} if it is missing. */
    private <T> T quantity(String key, T defaultValue, Function<String, T> parser) throws InvalidScriptException {
        ScriptNode field = find(key);
        if (field == null) {
            return defaultValue;
        }
        if (!(field.value() instanceof String || field.value() instanceof Number)) {
            throw wrong(key, "expected a number, or a string such as \"" + key + "\": \"...\"");
        }
        return parse(key, String.valueOf(field.value()), parser);
    }

    private <T> T parse(String key, String text, Function<String, T> parser) throws InvalidScriptException {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw wrong(key, String.valueOf(e.getMessage()));
        }
    }

    /** A duration of at most {@code max}; zero if it is missing. */
    Duration duration(String key, Duration max) throws InvalidScriptException {
        Duration duration = quantity(key, Duration.ZERO, DurationParser::parse);
        if (duration.compareTo(max) > 0) {
            throw wrong(key, "must be at most " + max.toMinutes() + "m");
        }
        return duration;
    }

    /** A number of bytes; 0 if it is missing. */
    long size(String key) throws InvalidScriptException {
        return quantity(key, 0L, SizeParser::parse);
    }

    /** A rate in bits per second; 0 if it is missing. */
    long rate(String key) throws InvalidScriptException {
        return quantity(key, 0L, LineSettings::parseRate);
    }

    /** Some numbers; any number if the key is missing. */
    NumberRange range(String key) throws InvalidScriptException {
        return quantity(key, NumberRange.ANY, NumberRange::parse);
    }
}
