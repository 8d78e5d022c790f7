// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.NumberRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds rules that a test enqueued and that were never used. */
final class StrictMode {
    private StrictMode() {}

    /** The failure of the test if a strict server has unused rules or scripts; else null. */
    static @Nullable AssertionError check(List<TestServer> servers) {
        var unused = new ArrayList<String>();
        for (TestServer server : servers) {
            if (server.strict()) {
                server.namespace().scripts().list().forEach(script -> addUnused(script, unused));
            }
        }
        return unused.isEmpty() ? null : new AssertionError("unused: " + String.join("; ", unused));
    }

    private static void addUnused(ActiveScript script, List<String> unused) {
        String name = script.id()
                + (script.script().name().isEmpty()
                        ? ""
                        : " (" + script.script().name() + ")");
        if (script.used() == 0) {
            unused.add("script " + name + ", because no session came for it");
            return;
        }
        for (int index : script.unmatchedRules()) {
            String event = event(script.rules().get(index).on());
            unused.add("rule " + (index + 1) + " of script " + name + ", on " + event);
        }
    }

    /** The event that a rule is for, in a few words. */
    static String event(Match on) {
        boolean counts = !on.counts().nth().equals(NumberRange.ANY);
        return on.verb() + (counts ? " number " + on.counts().nth() : "");
    }
}
