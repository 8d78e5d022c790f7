// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A HOCON file whose keys are option names without the dashes in front. A key that is no option of the command is an
 * error, since a misspelt key that silently does nothing is worse than a daemon that does not start.
 */
final class ConfigFile {
    /** A value and where it stands: {@code conf/sink.conf:3: max-recipients}. */
    record Entry(String value, String origin) {}

    /** The file cannot be used; the message is the user's line. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();

    private ConfigFile() {}

    /** Reads the file; {@code known} are the keys that may stand in it. */
    static ConfigFile read(Path path, Collection<String> known) throws Unusable {
        ConfigObject root = parse(path);
        var file = new ConfigFile();
        for (String key : inOrder(root)) {
            file.take(path, key, root, known);
        }
        return file;
    }

    /** What the file says of a key, or null where it says nothing. */
    @Nullable
    Entry entry(String key) {
        return entries.get(key);
    }

    private static ConfigObject parse(Path path) throws Unusable {
        try {
            return ConfigFactory.parseFile(
                            path.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve()
                    .root();
        } catch (ConfigException e) {
            throw new Unusable(where(path, e.origin()) + ": " + reason(e));
        }
    }

    /** The keys as they stand in the file, so that the first mistake is the one that is named. */
    private static List<String> inOrder(ConfigObject root) {
        return root.keySet().stream()
                .sorted(Comparator.comparingInt((String key) -> line(root.get(key)))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static int line(@Nullable ConfigValue value) {
        return value == null ? 0 : value.origin().lineNumber();
    }

    private void take(Path path, String key, ConfigObject root, Collection<String> known) throws Unusable {
        ConfigValue value = root.get(key);
        if (value == null) {
            return;
        }
        String origin = where(path, value.origin()) + ": " + key;
        if (key.equals(Listeners.KEY) && known.contains(Listeners.OPTION)) {
            entries.put(Listeners.OPTION, new Entry(Listeners.text(value, origin), origin));
            return;
        }
        if (!known.contains(key)) {
            throw new Unusable(where(path, deepest(value).origin()) + ": " + name(key, value) + ": unknown key"
                    + Nearest.suggestion(key, known));
        }
        if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
            throw new Unusable(origin + ": takes one value, not several");
        }
        if (value.valueType() == ConfigValueType.NULL) {
            throw new Unusable(origin + ": has no value");
        }
        Config config = root.toConfig();
        entries.put(key, new Entry(config.getString(ConfigUtil.joinPath(key)), origin));
    }

    /** The first value below a nest of keys: what the user wrote as {@code a.b.c = 1} is named so. */
    private static ConfigValue deepest(ConfigValue value) {
        return value instanceof ConfigObject nest && !nest.isEmpty()
                ? deepest(nest.values().iterator().next())
                : value;
    }

    private static String name(String key, ConfigValue value) {
        if (value instanceof ConfigObject nest && !nest.isEmpty()) {
            var inner = nest.entrySet().iterator().next();
            return key + "." + name(inner.getKey(), inner.getValue());
        }
        return key;
    }

    private static String where(Path path, @Nullable ConfigOrigin origin) {
        if (origin == null) {
            return path.toString();
        }
        String file = origin.filename() == null ? path.toString() : origin.filename();
        return origin.lineNumber() > 0 ? file + ":" + origin.lineNumber() : file;
    }

    /** The library's reason without its own "file: line:" in front and its long advice behind. */
    private static String reason(ConfigException e) {
        String message = String.valueOf(e.getMessage());
        ConfigOrigin origin = e.origin();
        String prefix = origin == null ? "" : origin.description() + ": ";
        String reason = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
        int advice = reason.indexOf(" (if you intended");
        return advice < 0 ? reason : reason.substring(0, advice) + "; put the value in double quotes";
    }
}
