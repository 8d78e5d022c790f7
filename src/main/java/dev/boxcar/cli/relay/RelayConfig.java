// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.boxcar.cli.relay.setting.HopOverridesReader;
import dev.boxcar.cli.source.ConfigFile;
import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.cli.source.Suggestion;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.RoutingRule;
import dev.boxcar.relay.submitter.SubmitterCondition;
import dev.boxcar.unit.Glob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The structured part of the relay's configuration file: {@code smarthosts} and {@code routes}. Every mistake is one
 * line that names file, line and key.
 *
 * @param rules the rules of {@code routes}, in order; empty without that key
 * @param origins where each rule stands, such as {@code relay.conf:12: routes[0]}
 * @param smarthosts the smarthosts, by name
 */
record RelayConfig(List<RoutingRule> rules, List<String> origins, Map<String, NextHop> smarthosts) {
    static final String SMARTHOSTS = "smarthosts";
    static final String ROUTES = "routes";
    /** The smarthost that takes all mail if there are no routes. */
    static final String MAIN = "main";

    private static final String NETWORK = "network";
    private static final String USER = "user";

    private static final RelayConfig EMPTY = new RelayConfig(List.of(), List.of(), Map.of());
    private static final Set<String> ROUTE_KEYS = Stream.concat(
                    Stream.of("to", "from", NETWORK, USER, "via"), HopOverridesReader.KEYS.stream())
            .collect(Collectors.toSet());

    RelayConfig {
        rules = List.copyOf(rules);
        origins = List.copyOf(origins);
        smarthosts = Map.copyOf(smarthosts);
    }

    /**
     * Reads the file; an empty configuration if there is none.
     *
     * @param defaults the settings of next hops that have no others
     */
    static RelayConfig read(@Nullable Path path, HopSettings defaults) throws InvalidConfigException {
        if (path == null) {
            return EMPTY;
        }
        ConfigObject root = ConfigFile.parse(path);
        Map<String, NextHop> smarthosts = smarthosts(path, root.get(SMARTHOSTS), defaults);
        ConfigValue routes = root.get(ROUTES);
        return new RelayConfig(rules(path, routes, smarthosts, defaults), origins(path, routes), smarthosts);
    }

    private static List<String> origins(Path path, @Nullable ConfigValue routes) {
        var origins = new ArrayList<String>();
        if (routes instanceof ConfigList list) {
            for (ConfigValue one : list) {
                origins.add(ConfigFile.where(path, one.origin()) + ": " + ROUTES + "[" + origins.size() + "]");
            }
        }
        return origins;
    }

    private static Map<String, NextHop> smarthosts(Path path, @Nullable ConfigValue value, HopSettings defaults)
            throws InvalidConfigException {
        var found = new TreeMap<String, NextHop>();
        if (value == null) {
            return found;
        }
        if (!(value instanceof ConfigObject named)) {
            throw ConfigFile.mistake(path, value, SMARTHOSTS, "expected names with settings: main = { hosts = [...] }");
        }
        for (String name : ConfigFile.keysInFileOrder(named)) {
            found.put(name, SmarthostConfig.read(path, SMARTHOSTS + "." + name, name, named.get(name), defaults));
        }
        return found;
    }

    private static List<RoutingRule> rules(
            Path path, @Nullable ConfigValue value, Map<String, NextHop> smarthosts, HopSettings defaults)
            throws InvalidConfigException {
        var rules = new ArrayList<RoutingRule>();
        if (value == null) {
            return rules;
        }
        if (!(value instanceof ConfigList list)) {
            throw ConfigFile.mistake(path, value, ROUTES, "expected a list: [ { to = \"*@x.example\", via = main } ]");
        }
        for (ConfigValue one : list) {
            rules.add(rule(path, ROUTES + "[" + rules.size() + "]", one, smarthosts, defaults));
        }
        return rules;
    }

    private static RoutingRule rule(
            Path path, String key, ConfigValue value, Map<String, NextHop> smarthosts, HopSettings defaults)
            throws InvalidConfigException {
        if (!(value instanceof ConfigObject rule)) {
            throw ConfigFile.mistake(path, value, key, "expected { to = ..., from = ..., via = ... }");
        }
        for (String each : ConfigFile.keysInFileOrder(rule)) {
            if (!ROUTE_KEYS.contains(each)) {
                throw ConfigFile.mistake(
                        path, rule.get(each), key + "." + each, "unknown key" + Suggestion.of(each, ROUTE_KEYS));
            }
        }
        ConfigValue via = rule.get("via");
        if (via == null) {
            throw ConfigFile.mistake(path, value, key + ".via", "is missing");
        }
        try {
            String where = ConfigFile.text(path, key + ".via", via);
            return new RoutingRule(
                    glob(path, key + ".from", rule.get("from")),
                    glob(path, key + ".to", rule.get("to")),
                    submitter(path, key, rule),
                    RouteTargetText.parse(where, smarthosts, defaults),
                    HopOverridesReader.read(path, key, rule));
        } catch (IllegalArgumentException e) {
            throw ConfigFile.mistake(path, via, key + ".via", String.valueOf(e.getMessage()));
        }
    }

    private static SubmitterCondition submitter(Path path, String key, ConfigObject rule)
            throws InvalidConfigException {
        SubmitterCondition condition = SubmitterCondition.ANY;
        ConfigValue user = rule.get(USER);
        if (user != null) {
            condition = condition.withUser(glob(path, key + "." + USER, user));
        }
        ConfigValue network = rule.get(NETWORK);
        if (network == null) {
            return condition;
        }
        var texts = new ArrayList<String>();
        for (ConfigValue one : network instanceof ConfigList list ? list : List.of(network)) {
            texts.add(ConfigFile.text(path, key + "." + NETWORK, one));
        }
        try {
            return condition.withNetworks(texts);
        } catch (IllegalArgumentException e) {
            throw ConfigFile.mistake(path, network, key + "." + NETWORK, String.valueOf(e.getMessage()));
        }
    }

    private static Glob glob(Path path, String key, @Nullable ConfigValue value) throws InvalidConfigException {
        if (value == null) {
            return Glob.ANY;
        }
        try {
            return new Glob(ConfigFile.text(path, key, value));
        } catch (IllegalArgumentException e) {
            throw ConfigFile.mistake(path, value, key, String.valueOf(e.getMessage()));
        }
    }
}
