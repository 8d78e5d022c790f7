// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.lab.verdict.Verdict.Level;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what the checks find. Several findings about one rule become one verdict: the most serious level, the text
 * of its first finding, and the items of all findings of that level. For one use.
 */
final class Findings {
    /** The maximum number of items in a verdict. */
    private static final int MAX_ITEMS = 50;

    private final Map<VerdictRule, Verdict> verdicts = new EnumMap<>(VerdictRule.class);

    void violation(VerdictRule rule, String text, Integer... items) {
        add(new Verdict(rule, Level.VIOLATION, rule.citation(), text, List.of(items)));
    }

    /** A violation of a rule that is written elsewhere than the others of this id. */
    void violation(VerdictRule rule, Citation citation, String text, Integer... items) {
        add(new Verdict(rule, Level.VIOLATION, citation, text, List.of(items)));
    }

    void advice(VerdictRule rule, String text, Integer... items) {
        add(new Verdict(rule, Level.ADVICE, rule.citation(), text, List.of(items)));
    }

    void unknown(VerdictRule rule, String text, Integer... items) {
        add(new Verdict(rule, Level.UNKNOWN, rule.citation(), text, List.of(items)));
    }

    void pass(VerdictRule rule, String text, Integer... items) {
        add(new Verdict(rule, Level.PASS, rule.citation(), text, List.of(items)));
    }

    private void add(Verdict found) {
        verdicts.merge(found.rule(), found, (before, now) -> {
            int order = before.level().compareTo(now.level());
            return order == 0 ? merged(before, now) : order < 0 ? before : now;
        });
    }

    private static Verdict merged(Verdict before, Verdict now) {
        var items = new ArrayList<>(before.items());
        for (Integer item : now.items()) {
            if (items.size() < MAX_ITEMS && !items.contains(item)) {
                items.add(item);
            }
        }
        return new Verdict(before.rule(), before.level(), before.citation(), before.text(), items);
    }

    /** The verdicts, in the order of the rules. */
    List<Verdict> verdicts() {
        return List.copyOf(verdicts.values());
    }
}
