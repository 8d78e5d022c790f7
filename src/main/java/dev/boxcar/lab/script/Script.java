// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the lab's server does in the sessions that the script is for. Immutable; each method returns a changed script:
 *
 * <pre>{@code
 * Script.session().on(rcpt().nth(3)).reply(550, "5.1.1", "no such user").rtt(ofMillis(70))
 * }</pre>
 *
 * <p>{@link #on} adds a rule. The methods about an action and {@link #times} change the rule that was added last.
 *
 * @param name a name for people; may be empty
 * @param namespace the namespace of the sessions it is for; empty for all sessions
 * @param sessions the number of sessions it is for; 0 for every session
 * @param seed what decides everything random in it; null for the seed of the store
 * @param line the line that its sessions simulate
 * @param rules in the order in which they are tried
 */
public record Script(
        String name,
        String namespace,
        int sessions,
        @Nullable Long seed,
        LineSettings line,
        List<Rule> rules) {
    /** The most rules of a script. */
    public static final int MAX_RULES = 100;

    static final int MAX_NAME_CHARACTERS = 200;

    private static final Script EMPTY = new Script("", "", 0, null, LineSettings.NONE, List.of());

    /** Checks the bounds. The message of a failure begins with the key. */
    public Script {
        checkLength("name", name);
        checkLength("namespace", namespace);
        if (sessions < 0) {
            throw new IllegalArgumentException("sessions: must not be negative: " + sessions);
        }
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("rules: more than " + MAX_RULES);
        }
        rules = List.copyOf(rules);
    }

    private static void checkLength(String key, String text) {
        if (text.length() > MAX_NAME_CHARACTERS) {
            throw new IllegalArgumentException(key + ": longer than " + MAX_NAME_CHARACTERS + " characters");
        }
    }

    /** A script for the next session. */
    public static Script session() {
        return sessions(1);
    }

    /** A script for the next {@code count} sessions. */
    public static Script sessions(int count) {
        return new Script("", "", count, null, LineSettings.NONE, List.of());
    }

    /** A script for every session. */
    public static Script everySession() {
        return EMPTY;
    }

    /** This script with a name for people. */
    public Script name(String newName) {
        return new Script(newName, namespace, sessions, seed, line, rules);
    }

    /** This script for the sessions of one namespace. */
    public Script namespace(String newNamespace) {
        return new Script(name, newNamespace, sessions, seed, line, rules);
    }

    /** This script with a seed for everything random in it. */
    public Script seed(long newSeed) {
        return new Script(name, namespace, sessions, newSeed, line, rules);
    }

    /** This script with this round-trip time. */
    public Script rtt(Duration rtt) {
        return line(line.withRtt(rtt));
    }

    /** This script with round trips that take up to this much longer. */
    public Script jitter(Duration jitter) {
        return line(line.withJitter(jitter));
    }

    /** This script with a line on which bytes pass at this rate. */
    public Script rate(long bitsPerSecond) {
        return line(line.withRate(bitsPerSecond));
    }

    /** This script with replies that wait until the client has been quiet for this long. */
    public Script hold(Duration quiet) {
        return line(line.withHold(quiet));
    }

    /** This script with this line. */
    public Script line(LineSettings newLine) {
        return new Script(name, namespace, sessions, seed, newLine, rules);
    }

    /** This script with these rules. */
    public Script rules(List<Rule> newRules) {
        return new Script(name, namespace, sessions, seed, line, newRules);
    }

    /** Adds a rule for these events. The methods called next say what it does. */
    public Script on(Match match) {
        var more = new ArrayList<>(rules);
        more.add(new Rule(match, Action.NONE, 0));
        return rules(more);
    }

    /** The rule applies at most this often, over all sessions of the script. */
    public Script times(int times) {
        return changeLast(rule -> rule.withTimes(times));
    }

    /** Replies this instead of carrying out the command. An empty status is none. */
    public Script reply(int code, String status, String text) {
        return reply(ScriptedReply.of(code, status, text));
    }

    /** Replies this instead of carrying out the command. */
    public Script reply(ScriptedReply reply) {
        return act(action -> action.withReply(reply));
    }

    /** The reply leaves this much later. */
    public Script delay(Duration delay) {
        return act(action -> action.withDelay(delay));
    }

    /** The reply waits until {@link ActiveScript#release}. */
    public Script holdUntilReleased() {
        return act(action -> action.withHold(Action.Hold.UNTIL_RELEASED));
    }

    /** The reply never leaves. */
    public Script neverReply() {
        return act(action -> action.withHold(Action.Hold.FOREVER));
    }

    /** The session stops reading for this long. */
    public Script stopReading(Duration duration) {
        return act(action -> action.withStopReading(duration));
    }

    /** The reply leaves in other writes. */
    public Script framing(Framing framing) {
        return act(action -> action.withFraming(framing));
    }

    /** The connection ends. */
    public Script drop(Drop.Point point, Drop.How how) {
        return act(action -> action.withDrop(new Drop(point, how)));
    }

    /** No banner is sent. */
    public Script noBanner() {
        return act(action -> action.withOpening(Action.Opening.NO_BANNER));
    }

    /** The connection is reset at once. */
    public Script refuse() {
        return act(action -> action.withOpening(Action.Opening.REFUSED));
    }

    /** The answer to EHLO leaves out these keywords. */
    public Script hide(String... keywords) {
        return act(action -> action.withEhlo(action.ehlo().hiding(keywords)));
    }

    /** The answer to EHLO has these additional lines. */
    public Script add(String... lines) {
        return act(action -> action.withEhlo(action.ehlo().adding(lines)));
    }

    /** The answer to EHLO offers these keywords, and the session refuses their use. */
    public Script lie(String... keywords) {
        return act(action -> action.withEhlo(action.ehlo().lying(keywords)));
    }

    /** The TLS handshake goes wrong. */
    public Script tls(TlsFault fault) {
        return act(action -> action.withTls(fault));
    }

    /** The rule takes what it does not say itself from the preset. */
    public Script preset(Preset preset) {
        return act(action -> action.withPreset(preset));
    }

    private Script act(UnaryOperator<Action> change) {
        return changeLast(rule -> rule.with(change.apply(rule.action())));
    }

    private Script changeLast(UnaryOperator<Rule> change) {
        if (rules.isEmpty()) {
            throw new IllegalStateException("the script has no rule yet: call on(...) first");
        }
        var changed = new ArrayList<>(rules);
        changed.set(changed.size() - 1, change.apply(changed.get(changed.size() - 1)));
        return rules(changed);
    }
}
