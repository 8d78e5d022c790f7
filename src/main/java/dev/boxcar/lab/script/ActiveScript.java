// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import dev.boxcar.smtp.server.port.ReplyHold;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/** A script in force: the script, and what has become of it. Any thread; no call blocks. */
public final class ActiveScript {
    private static final int MAX_GREYLISTED = 10_000;

    private final String id;
    private final Script script;
    private final long seed;
    private final List<Rule> rules;
    private final AtomicLongArray matched;
    private final AtomicInteger used = new AtomicInteger();
    /** What greylisting has refused, the oldest first. Guarded by itself. */
    private final Set<String> greylisted = new LinkedHashSet<>();

    private volatile ReplyHold hold = new ReplyHold();
    private volatile boolean deleted;

    /**
     * A script with this id that is in no store.
     *
     * @param defaultSeed the seed if the script has none
     */
    public ActiveScript(String id, Script script, long defaultSeed) {
        this.id = id;
        this.script = script;
        this.seed = script.seed() == null ? defaultSeed : script.seed();
        this.rules = script.rules().stream().map(Rule::expanded).toList();
        this.matched = new AtomicLongArray(rules.size());
    }

    /** Its id, such as {@code s1}. */
    public String id() {
        return id;
    }

    /** The script as it was added. */
    public Script script() {
        return script;
    }

    /** The rules as sessions carry them out: with what their presets add. */
    public List<Rule> rules() {
        return rules;
    }

    /** The script's seed, or the one of the store if it has none. */
    public long seed() {
        return seed;
    }

    /** How many sessions have used it. */
    public int used() {
        return used.get();
    }

    /** How often a rule has applied. */
    public long matched(int rule) {
        return matched.get(rule);
    }

    /** The indices of the rules that have never applied. */
    public List<Integer> unmatchedRules() {
        return IntStream.range(0, rules.size())
                .filter(rule -> matched(rule) == 0)
                .boxed()
                .toList();
    }

    /**
     * Uses a rule that matches an event. False if the rule is used up or the script has been deleted: then the rule
     * does not apply.
     */
    public boolean use(int rule) {
        if (deleted) {
            return false;
        }
        int times = rules.get(rule).times();
        long before = matched.getAndUpdate(rule, count -> times == 0 || count < times ? count + 1 : count);
        return times == 0 || before < times;
    }

    /** Whether greylisting refuses this combination: it does the first time. Remembers the last 10,000. */
    public boolean greylists(String peer, String sender, String recipient) {
        String key = peer + '\n' + sender + '\n' + recipient;
        synchronized (greylisted) {
            boolean first = greylisted.add(key);
            if (greylisted.size() > MAX_GREYLISTED) {
                greylisted.remove(greylisted.iterator().next());
            }
            return first;
        }
    }

    /** What holds the replies that wait for the next {@link #release}. */
    public ReplyHold hold() {
        return hold;
    }

    /** Lets all replies leave that wait for it. Replies that a rule holds later wait for the next call. */
    public void release() {
        ReplyHold released;
        synchronized (this) {
            released = hold;
            hold = deleted ? released : new ReplyHold();
        }
        released.release();
    }

    /** The number of the next session of this script, from 1 on; 0 if the script takes no more sessions. */
    int nextSession() {
        int sessions = script.sessions();
        int before = used.getAndUpdate(count -> deleted || (sessions > 0 && count >= sessions) ? count : count + 1);
        return deleted || (sessions > 0 && before >= sessions) ? 0 : before + 1;
    }

    /** Whether it takes no more sessions. */
    boolean isUsedUp() {
        return script.sessions() > 0 && used.get() >= script.sessions();
    }

    /** None of its rules applies any more. */
    void delete() {
        deleted = true;
        release();
    }
}
