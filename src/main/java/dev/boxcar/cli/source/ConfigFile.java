// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file in HOCON whose keys are option names without the leading dashes. An unknown key is an error: a
 * misspelt key that silently does nothing is worse than a daemon that does not start.
 */
public final class ConfigFile {
    /** A value and its origin, such as {@code conf/sink.conf:3: max-recipients}. */
    public record Entry(String value, String origin) {}

    private final Map<String, Entry> entries = new HashMap<>();

    private ConfigFile() {}

    /** Reads the file; {@code keys} are those that it may contain. */
    public static ConfigFile read(Path path, ConfigKeys keys) throws InvalidConfigException {
        ConfigObject root = parse(path);
        var file = new ConfigFile();
        for (String key : keysInFileOrder(root)) {
            file.add(path, key, root, keys);
        }
        return file;
    }

    /** Reads only these keys of the file, which is another command's. */
    static ConfigFile readSome(Path path, Set<String> names) throws InvalidConfigException {
        ConfigObject root = parse(path);
        var file = new ConfigFile();
        for (String key : keysInFileOrder(root)) {
            if (names.contains(key)) {
                file.add(path, key, root, ConfigKeys.of(names));
            }
        }
        return file;
    }

    /** The value of a key, or null. */
    @Nullable
    Entry entry(String key) {
        return entries.get(key);
    }

    /** Reads the file as it is, for a command that has structured keys. */
    public static ConfigObject parse(Path path) throws InvalidConfigException {
        try {
            return ConfigFactory.parseFile(
                            path.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve()
                    .root();
        } catch (ConfigException e) {
            throw new InvalidConfigException(where(path, e.origin()) + ": " + reason(e));
        }
    }

    /** A single value as text; a mistake if it is a list or has settings of its own. */
    public static String text(Path path, String key, ConfigValue value) throws InvalidConfigException {
        Object plain = value.unwrapped();
        if (!(plain instanceof String || plain instanceof Number || plain instanceof Boolean)) {
            throw mistake(path, value, key, "expected one value");
        }
        return String.valueOf(plain);
    }

    /** One line that names file, line and key. */
    public static InvalidConfigException mistake(Path path, @Nullable ConfigValue at, String key, String reason) {
        return new InvalidConfigException(where(path, at == null ? null : at.origin()) + ": " + key + ": " + reason);
    }

    /** The keys in the order of the file, so that the first error in the file is reported. */
    public static List<String> keysInFileOrder(ConfigObject root) {
        return root.keySet().stream()
                .sorted(Comparator.comparingInt((String key) -> line(root.get(key)))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static int line(@Nullable ConfigValue value) {
        return value == null ? 0 : value.origin().lineNumber();
    }

    private void add(Path path, String key, ConfigObject root, ConfigKeys keys) throws InvalidConfigException {
        ConfigValue value = root.get(key);
        if (value == null || keys.structured().contains(key)) {
            return;
        }
        Collection<String> known = keys.options();
        String origin = where(path, value.origin()) + ": " + key;
        if (ListenerList.isListOfListeners(key, value) && known.contains(ListenerList.OPTION)) {
            entries.put(ListenerList.OPTION, new Entry(ListenerList.text(value, origin), origin));
            if (key.equals(ListenerList.OPTION) && root.get(ListenerList.DEFAULT_LISTENER) == null) {
                entries.put(ListenerList.DEFAULT_LISTENER, new Entry("off", origin)); // the list is complete
            }
            return;
        }
        if (value instanceof ConfigList list && keys.lists().contains(key)) {
            entries.put(key, new Entry(joined(list, origin), origin));
            return;
        }
        if (!known.contains(key)) {
            throw new InvalidConfigException(where(path, deepest(value).origin()) + ": " + name(key, value)
                    + ": unknown key" + Suggestion.of(key, known));
        }
        if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
            throw new InvalidConfigException(origin + ": expected one value, found several");
        }
        if (value.valueType() == ConfigValueType.NULL) {
            throw new InvalidConfigException(origin + ": the value is missing");
        }
        Config config = root.toConfig();
        entries.put(key, new Entry(config.getString(ConfigUtil.joinPath(key)), origin));
    }

    private static String joined(ConfigList list, String origin) throws InvalidConfigException {
        var values = new ArrayList<String>();
        for (ConfigValue one : list) {
            if (!(one.unwrapped() instanceof String text) || text.contains(",")) {
                throw new InvalidConfigException(origin + ": expected a list of texts: [\"a\", \"b\"]");
            }
            values.add(text);
        }
        return String.join(",", values);
    }

    /** The value inside nested objects, at the first key of each: the user may have written {@code a.b.c = 1}. */
    private static ConfigValue deepest(ConfigValue value) {
        return value instanceof ConfigObject nested && !nested.isEmpty()
                ? deepest(nested.values().iterator().next())
                : value;
    }

    private static String name(String key, ConfigValue value) {
        if (value instanceof ConfigObject nested && !nested.isEmpty()) {
            var inner = nested.entrySet().iterator().next();
            return key + "." + name(inner.getKey(), inner.getValue());
        }
        return key;
    }

    /** The place {@code file:line}, as far as it is known. */
    public static String where(Path path, @Nullable ConfigOrigin origin) {
        if (origin == null) {
            return path.toString();
        }
        String file = origin.filename() == null ? path.toString() : origin.filename();
        return origin.lineNumber() > 0 ? file + ":" + origin.lineNumber() : file;
    }

    /** The library's message without its prefix "file: line:" and its long advice at the end. */
    private static String reason(ConfigException e) {
        String message = String.valueOf(e.getMessage());
        ConfigOrigin origin = e.origin();
        String prefix = origin == null ? "" : origin.description() + ": ";
        String reason = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
        int advice = reason.indexOf(" (if you intended");
        return advice < 0 ? reason : reason.substring(0, advice) + "; put the value in double quotes";
    }
}
