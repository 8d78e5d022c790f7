// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.NumberRange;
import java.util.ArrayList;
import java.util.List;

/**
 * A server as one test uses it. Any thread.
 *
 * @param name how a report names it: the field's name
 * @param running the server
 * @param namespace what belongs to the test
 * @param strict whether every rule must have been used
 */
record TestServer(String name, RunningServer running, TestNamespace namespace, boolean strict) {

    /** The server for this test, on any thread. */
    SmtpLabServer server() {
        return SmtpLabServer.of(running, namespace);
    }

    /** The scripts and rules that should have been used and were not, each in a few words; none without strict mode. */
    List<String> unused() {
        var unused = new ArrayList<String>();
        if (strict) {
            namespace.scripts().list().forEach(script -> addUnused(script, unused));
        }
        return unused;
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
