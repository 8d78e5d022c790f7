// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Converts the list of listeners in a configuration file, {@code listeners = [ { address = "127.0.0.1:2525", networks =
 * ["127.0.0.0/8"] } ]}, to the text of {@code --listen}.
 */
final class ListenerList {
    /** The key of the list in the file. */
    static final String KEY = "listeners";
    /** The option that it sets. */
    static final String OPTION = "listen";
    /** The option of the listener that is there without any configuration. */
    static final String DEFAULT_LISTENER = "smtp";

    private static final String ADDRESS = "address";

    private ListenerList() {}

    /** Whether this key has a list of listeners: {@code listeners}, or {@code listen} with a list. */
    static boolean isListOfListeners(String key, ConfigValue value) {
        return key.equals(KEY) || (key.equals(OPTION) && value instanceof ConfigList);
    }

    /** The listeners, separated by semicolons. */
    static String text(ConfigValue value, String origin) throws InvalidConfigException {
        if (!(value instanceof ConfigList list) || list.isEmpty()) {
            throw new InvalidConfigException(
                    origin + ": expected a list of listeners: [ { address = \"127.0.0.1:2525\" } ]");
        }
        var listeners = new ArrayList<String>();
        for (ConfigValue one : list) {
            listeners.add(one instanceof ConfigObject listener ? listener(listener, origin) : plain(one, origin));
        }
        return String.join(";", listeners);
    }

    private static String listener(ConfigObject listener, String origin) throws InvalidConfigException {
        ConfigValue address = listener.get(ADDRESS);
        if (address == null) {
            throw new InvalidConfigException(origin + ": a listener needs an address");
        }
        var text = new StringBuilder(plain(address, origin));
        for (Map.Entry<String, ConfigValue> one : new TreeMap<>(listener).entrySet()) {
            if (!one.getKey().equals(ADDRESS)) {
                text.append(',').append(one.getKey()).append('=').append(setting(one.getValue(), origin));
            }
        }
        return text.toString();
    }

    private static String setting(ConfigValue value, String origin) throws InvalidConfigException {
        if (!(value instanceof ConfigList list)) {
            return plain(value, origin);
        }
        List<String> parts = new ArrayList<>();
        for (ConfigValue one : list) {
            parts.add(plain(one, origin));
        }
        return String.join("+", parts);
    }

    private static String plain(ConfigValue value, String origin) throws InvalidConfigException {
        boolean plain = value.valueType() == ConfigValueType.STRING
                || value.valueType() == ConfigValueType.NUMBER
                || value.valueType() == ConfigValueType.BOOLEAN;
        String text = plain ? String.valueOf(value.unwrapped()) : "";
        if (!plain || text.isEmpty() || text.contains(";") || text.contains("\n")) {
            throw new InvalidConfigException(origin + ": a listener's settings must be single values or lists");
        }
        return text;
    }
}
