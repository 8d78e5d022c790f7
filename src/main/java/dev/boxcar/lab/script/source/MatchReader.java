// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script.source;

import dev.boxcar.lab.script.HeaderPattern;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Preset;
import dev.boxcar.lab.script.ScriptVerb;
import dev.boxcar.unit.Glob;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the "on" of a rule. */
final class MatchReader {
    static final Set<String> KEYS = Set.of(
            "verb",
            "nth",
            "message",
            "connection",
            "flight",
            "probability",
            "address",
            "parameter",
            "size",
            "header",
            "tls",
            "peer");
    private static final Set<String> HEADER_KEYS = Set.of("name", "pattern");

    private MatchReader() {}

    /** @param preset the preset of the rule, which says the verb if the "on" does not */
    static Match read(ScriptObject on, @Nullable Preset preset) throws InvalidScriptException {
        ScriptVerb verb = on.parsed("verb", MatchReader::verb);
        if (verb == null) {
            verb = preset == null ? ScriptVerb.LINE : preset.match().verb();
        }
        Match match = Match.of(verb)
                .nth(on.range("nth"))
                .message(on.range("message"))
                .connection(on.range("connection"))
                .flight(on.range("flight"))
                .size(on.size("size"));
        Long probability = on.number("probability", 1, Match.Counts.ALWAYS);
        match = probability == null ? match : match.probability(probability.intValue());
        Glob address = on.parsed("address", Glob::new);
        match = address == null ? match : match.address(address.pattern());
        Glob parameter = on.parsed("parameter", Glob::new);
        match = parameter == null ? match : match.parameter(parameter.pattern());
        Glob peer = on.parsed("peer", Glob::new);
        match = peer == null ? match : match.peer(peer.pattern());
        HeaderPattern header = header(on);
        match = header == null ? match : match.header(header);
        if (!on.has("tls")) {
            return match;
        }
        return on.flag("tls") ? match.insideTls() : match.inClear();
    }

    private static ScriptVerb verb(String text) {
        for (ScriptVerb verb : ScriptVerb.values()) {
            if (verb.name().equals(text.toUpperCase(Locale.ROOT))) {
                return verb;
            }
        }
        String known = Arrays.stream(ScriptVerb.values()).map(ScriptVerb::name).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("unknown verb '" + text + "' (known: " + known + ")");
    }

    private static @Nullable HeaderPattern header(ScriptObject on) throws InvalidScriptException {
        if (!on.isObject("header")) {
            return on.parsed("header", HeaderPattern::parse);
        }
        ScriptObject header = on.object("header", HEADER_KEYS);
        if (header == null) {
            return null;
        }
        Glob pattern = header.parsed("pattern", Glob::new);
        HeaderPattern name = header.parsed("name", text -> new HeaderPattern(text, Glob.ANY));
        if (name == null) {
            throw header.wrong("name", "is missing");
        }
        return new HeaderPattern(name.name(), pattern == null ? Glob.ANY : pattern);
    }
}
