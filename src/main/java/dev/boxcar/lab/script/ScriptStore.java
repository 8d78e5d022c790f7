// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scripts in force, in the order in which they were added. Any thread; no call blocks. */
public final class ScriptStore {
    /** The most scripts in force at one time. */
    public static final int MAX_SCRIPTS = 1_000;

    private final LineSettings line;
    private final long seed;
    /** Replaced at each change, so that a session can keep the list that it began with. */
    private volatile List<ActiveScript> scripts = List.of();

    private long lastId;

    /**
     * An empty store.
     *
     * @param line the line of sessions whose scripts do not say otherwise
     * @param seed the seed of scripts that have none
     */
    public ScriptStore(LineSettings line, long seed) {
        this.line = line;
        this.seed = seed;
    }

    /**
     * Puts a script in force for the sessions that begin from now on. If there are {@value #MAX_SCRIPTS} scripts, the
     * oldest one that takes no more sessions makes room; sessions that are open keep it.
     *
     * @throws IllegalArgumentException if a rule has no action
     * @throws IllegalStateException if there are {@value #MAX_SCRIPTS} scripts that take more sessions
     */
    public synchronized ActiveScript add(Script script) {
        for (int i = 0; i < script.rules().size(); i++) {
            if (script.rules().get(i).action().isNone()) {
                throw new IllegalArgumentException("rules[" + i + "].do: needs at least one action");
            }
        }
        var more = new ArrayList<>(scripts);
        if (more.size() >= MAX_SCRIPTS && !removeUsedUp(more)) {
            throw new IllegalStateException("there are already " + MAX_SCRIPTS + " scripts: delete some first");
        }
        lastId++;
        var active = new ActiveScript("s" + lastId, script, seed);
        more.add(active);
        scripts = List.copyOf(more);
        return active;
    }

    /** Removes the oldest script that takes no more sessions. False if there is none. */
    private static boolean removeUsedUp(List<ActiveScript> all) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isUsedUp()) {
                all.remove(i);
                return true;
            }
        }
        return false;
    }

    /** The seed of scripts that have none. */
    public long seed() {
        return seed;
    }

    /** The scripts, the oldest first. */
    public List<ActiveScript> list() {
        return scripts;
    }

    /** The script with this id, or null. */
    public @Nullable ActiveScript find(String id) {
        for (ActiveScript script : scripts) {
            if (script.id().equals(id)) {
                return script;
            }
        }
        return null;
    }

    /** Deletes a script; its rules apply no more, not even in open sessions. False if there is none with this id. */
    public synchronized boolean delete(String id) {
        ActiveScript script = find(id);
        if (script == null) {
            return false;
        }
        scripts = scripts.stream().filter(other -> !other.id().equals(id)).toList();
        script.delete();
        return true;
    }

    /** Deletes all scripts. */
    public synchronized void deleteAll() {
        List<ActiveScript> all = scripts;
        scripts = List.of();
        all.forEach(ActiveScript::delete);
    }

    /** The scripts for a session that begins now. */
    public SessionScripts open() {
        return new SessionScripts(scripts, line, seed);
    }
}
