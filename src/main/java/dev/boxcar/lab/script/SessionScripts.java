// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The scripts of one session, in the order in which their rules are tried: of the scripts for a number of sessions the
 * oldest that is not used up, then those for every session, the oldest first. Scripts that are added after the session
 * began are not among them. Confined to the session's loop.
 */
public final class SessionScripts {
    private final List<ActiveScript> inForce;
    private final LineSettings line;
    private final long defaultSeed;
    private final Set<String> namespaces = new HashSet<>();
    private final List<ScriptedSession> current = new ArrayList<>();

    SessionScripts(List<ActiveScript> inForce, LineSettings line, long defaultSeed) {
        this.inForce = inForce;
        this.line = line;
        this.defaultSeed = defaultSeed;
        select("");
    }

    /** One script alone, on a line that is not simulated. */
    public static SessionScripts of(ActiveScript script) {
        return new SessionScripts(List.of(script), LineSettings.NONE, script.seed());
    }

    /** The scripts. The list changes with {@link #select}. */
    public List<ScriptedSession> current() {
        return current;
    }

    /** Whether no script applies to the session, and none ever will. */
    public boolean isEmpty() {
        return inForce.isEmpty();
    }

    /** The session turns out to belong to this namespace too: adds the scripts for it. */
    public void select(String namespace) {
        boolean isWanted =
                inForce.stream().anyMatch(script -> script.script().namespace().equals(namespace));
        if (!isWanted || !namespaces.add(namespace)) {
            return;
        }
        boolean taken = false;
        var forEvery = new ArrayList<ScriptedSession>();
        for (ActiveScript script : inForce) {
            boolean limited = script.script().sessions() > 0;
            if (script.script().namespace().equals(namespace) && !(limited && taken)) {
                int number = script.nextSession();
                if (number > 0 && limited) {
                    current.add(new ScriptedSession(script, number));
                    taken = true;
                } else if (number > 0) {
                    forEvery.add(new ScriptedSession(script, number));
                }
            }
        }
        current.addAll(forEvery);
    }

    /** The line that the session simulates: each setting from the first script that has it, or from the store. */
    public LineSettings line() {
        LineSettings settings = LineSettings.NONE;
        for (ScriptedSession scripted : current) {
            settings = settings.or(scripted.script().script().line());
        }
        return settings.or(line);
    }

    /** The seed for the line: that of the first script, or of the store. */
    public long seed() {
        return current.isEmpty() ? defaultSeed : current.get(0).seed();
    }
}
