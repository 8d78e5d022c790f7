// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.boxcar.cli.source.ConfigFile;
import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.cli.source.Suggestion;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.RoutingRule;
import dev.boxcar.relay.route.RoutingTarget;
import dev.boxcar.unit.Glob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The structured part of the relay's configuration file: {@code smarthosts} and {@code routes}. Every mistake is one
 * line that names file, line and key.
 *
 * @param rules the rules of {@code routes}, in order; empty without that key
 * @param smarthosts the smarthosts, by name
 */
record RelayConfig(List<RoutingRule> rules, Map<String, NextHop> smarthosts) {
    static final String SMARTHOSTS = "smarthosts";
    static final String ROUTES = "routes";
    /** The smarthost that takes all mail if there are no routes. */
    static final String MAIN = "main";

    private static final RelayConfig EMPTY = new RelayConfig(List.of(), Map.of());
    private static final Set<String> ROUTE_KEYS = Set.of("to", "from", "via");

    RelayConfig {
        rules = List.copyOf(rules);
        smarthosts = Map.copyOf(smarthosts);
    }

    /** Reads the file; an empty configuration if there is none. */
    static RelayConfig read(@Nullable Path path) throws InvalidConfigException {
        if (path == null) {
            return EMPTY;
        }
        ConfigObject root = ConfigFile.parse(path);
        Map<String, NextHop> smarthosts = smarthosts(path, root.get(SMARTHOSTS));
        return new RelayConfig(rules(path, root.get(ROUTES), smarthosts), smarthosts);
    }

    private static Map<String, NextHop> smarthosts(Path path, @Nullable ConfigValue value)
            throws InvalidConfigException {
        var found = new TreeMap<String, NextHop>();
        if (value == null) {
            return found;
        }
        if (!(value instanceof ConfigObject named)) {
            throw mistake(path, value, SMARTHOSTS, "expected names with settings: main = { hosts = [...] }");
        }
        for (String name : ConfigFile.keysInFileOrder(named)) {
            found.put(name, SmarthostConfig.read(path, SMARTHOSTS + "." + name, name, named.get(name)));
        }
        return found;
    }

    private static List<RoutingRule> rules(Path path, @Nullable ConfigValue value, Map<String, NextHop> smarthosts)
            throws InvalidConfigException {
        var rules = new ArrayList<RoutingRule>();
        if (value == null) {
            return rules;
        }
        if (!(value instanceof ConfigList list)) {
            throw mistake(path, value, ROUTES, "expected a list: [ { to = \"*@x.example\", via = main } ]");
        }
        for (ConfigValue one : list) {
            rules.add(rule(path, ROUTES + "[" + rules.size() + "]", one, smarthosts));
        }
        return rules;
    }

    private static RoutingRule rule(Path path, String key, ConfigValue value, Map<String, NextHop> smarthosts)
            throws InvalidConfigException {
        if (!(value instanceof ConfigObject rule)) {
            throw mistake(path, value, key, "expected { to = ..., from = ..., via = ... }");
        }
        for (String each : ConfigFile.keysInFileOrder(rule)) {
            if (!ROUTE_KEYS.contains(each)) {
                throw mistake(path, rule.get(each), key + "." + each, "unknown key" + Suggestion.of(each, ROUTE_KEYS));
            }
        }
        ConfigValue via = rule.get("via");
        if (via == null) {
            throw mistake(path, value, key + ".via", "is missing");
        }
        try {
            RoutingTarget target = RouteTargetText.parse(text(path, key + ".via", via), smarthosts);
            return new RoutingRule(
                    glob(path, key + ".from", rule.get("from")), glob(path, key + ".to", rule.get("to")), target);
        } catch (IllegalArgumentException e) {
            throw mistake(path, via, key + ".via", String.valueOf(e.getMessage()));
        }
    }

    private static Glob glob(Path path, String key, @Nullable ConfigValue value) throws InvalidConfigException {
        if (value == null) {
            return Glob.ANY;
        }
        try {
            return new Glob(text(path, key, value));
        } catch (IllegalArgumentException e) {
            throw mistake(path, value, key, String.valueOf(e.getMessage()));
        }
    }

    static String text(Path path, String key, ConfigValue value) throws InvalidConfigException {
        Object plain = value.unwrapped();
        if (!(plain instanceof String || plain instanceof Number || plain instanceof Boolean)) {
            throw mistake(path, value, key, "expected one value");
        }
        return String.valueOf(plain);
    }

    static InvalidConfigException mistake(Path path, @Nullable ConfigValue at, String key, String reason) {
        return new InvalidConfigException(
                ConfigFile.where(path, at == null ? null : at.origin()) + ": " + key + ": " + reason);
    }
}
