// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script.source;

import dev.boxcar.lab.script.Action;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Rule;
import dev.boxcar.lab.script.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads a script from its tree of nodes. Whatever is wrong is one error: the first that it finds. */
public final class ScriptReader {
    private static final Set<String> KEYS =
            Set.of("name", "namespace", "sessions", "seed", "rtt", "jitter", "rate", "hold", "rules");
    private static final Set<String> RULE_KEYS = Set.of("on", "do", "times");

    private ScriptReader() {}

    /** The script at this node. */
    public static Script read(ScriptNode root) throws InvalidScriptException {
        ScriptObject script = ScriptObject.of(root, "", KEYS);
        Long sessions = script.number("sessions", 0, Integer.MAX_VALUE);
        Long seed = script.number("seed", Long.MIN_VALUE, Long.MAX_VALUE);
        String name = script.text("name", "");
        String namespace = script.text("namespace", "");
        LineSettings line = new LineSettings(
                script.duration("rtt", LineSettings.MAX),
                script.duration("jitter", LineSettings.MAX),
                script.rate("rate"),
                script.duration("hold", LineSettings.MAX));
        List<Rule> rules = rules(script);
        int count = sessions == null ? 0 : sessions.intValue();
        return script.checked(() -> new Script(name, namespace, count, seed, line, rules));
    }

    private static List<Rule> rules(ScriptObject script) throws InvalidScriptException {
        var rules = new ArrayList<Rule>();
        List<ScriptNode> nodes = script.items("rules");
        if (nodes.size() > Script.MAX_RULES) {
            throw script.wrong("rules", "more than " + Script.MAX_RULES);
        }
        for (ScriptNode node : nodes) {
            rules.add(rule(ScriptObject.of(node, "rules[" + rules.size() + "]", RULE_KEYS)));
        }
        return rules;
    }

    private static Rule rule(ScriptObject rule) throws InvalidScriptException {
        ScriptObject on = rule.object("on", MatchReader.KEYS);
        ScriptObject action = rule.object("do", ActionReader.KEYS);
        if (on == null) {
            throw rule.wrong("on", "is missing (example: {\"verb\": \"RCPT\", \"nth\": 3})");
        }
        if (action == null || action.isEmpty()) {
            throw rule.wrong("do", "is missing (example: {\"reply\": {\"code\": 550}})");
        }
        Action read = ActionReader.read(action);
        if (read.isNone()) {
            throw rule.wrong("do", "does nothing");
        }
        if (on.isEmpty() && read.preset() == null) {
            throw rule.wrong("on", "is empty (example: {\"verb\": \"RCPT\", \"nth\": 3})");
        }
        Match match = MatchReader.read(on, read.preset());
        Long times = rule.number("times", 1, Integer.MAX_VALUE);
        return rule.checked(() -> new Rule(match, read, times == null ? 0 : times.intValue()));
    }
}
