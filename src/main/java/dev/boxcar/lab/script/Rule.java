// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

/**
 * One rule of a script. The first rule that matches an event and is not used up applies to it.
 *
 * @param on which events it is for
 * @param action what it does, the "do" of a script
 * @param times how often it applies, over all sessions of the script; 0 for no limit
 */
public record Rule(Match on, Action action, int times) {
    /** Checks that the action fits the event. The message of a failure begins with the key. */
    public Rule {
        if (times < 0) {
            throw new IllegalArgumentException("times: must not be negative: " + times);
        }
        ScriptVerb verb = on.verb();
        boolean connects = verb == ScriptVerb.CONNECT;
        require(connects || action.opening() != Action.Opening.NO_BANNER, "do.noBanner", "CONNECT");
        require(connects || action.opening() != Action.Opening.REFUSED, "do.refuse", "CONNECT");
        boolean hellos = verb == ScriptVerb.EHLO;
        require(hellos || action.ehlo().hide().isEmpty(), "do.hide", "EHLO");
        require(hellos || action.ehlo().add().isEmpty(), "do.add", "EHLO");
        require(hellos || action.ehlo().lie().isEmpty(), "do.lie", "EHLO");
        boolean shakesHands = connects || verb == ScriptVerb.STARTTLS;
        require(
                shakesHands || action.tls() == null || action.tls() == TlsFault.CUT,
                "do.certificate",
                "STARTTLS or CONNECT");
        require(shakesHands || action.tls() == null, "do.handshake", "STARTTLS or CONNECT");
        boolean inBody = action.drop() != null && action.drop().point() == Drop.Point.IN_BODY;
        require(verb == ScriptVerb.END || !inBody, "do.drop", "END if it is in-body");
        // while the body is sent, neither the size nor the header of the message is known
        require(
                !inBody || (on.size() == 0 && on.header() == null),
                "do.drop",
                "END without size or header if it is in-body");
        requireEventsWithSuchFacts(on);
    }

    /** A rule that asks for what its events never have would never match. */
    private static void requireEventsWithSuchFacts(Match on) {
        ScriptVerb verb = on.verb();
        boolean ends = verb == ScriptVerb.END;
        boolean mails = verb == ScriptVerb.MAIL || verb == ScriptVerb.LINE;
        boolean hasPath = mails || verb == ScriptVerb.RCPT;
        require(hasPath || on.address().isAny(), "on.address", "MAIL or RCPT");
        require(hasPath || on.parameter() == null, "on.parameter", "MAIL or RCPT");
        require(ends || mails || on.size() == 0, "on.size", "END or MAIL");
        require(ends || on.header() == null, "on.header", "END");
    }

    private static void require(boolean holds, String key, String verb) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": needs the verb " + verb);
        }
    }

    /** This rule with this action. */
    Rule with(Action newAction) {
        return new Rule(on, newAction, times);
    }

    /** This rule, at most this often over all sessions of the script. */
    Rule withTimes(int newTimes) {
        return new Rule(on, action, newTimes);
    }

    /** The rule as sessions carry it out: with what its preset adds. */
    public Rule expanded() {
        Preset preset = action.preset();
        if (preset == null) {
            return this;
        }
        Match.Counts counts = on.counts().over(preset.match().counts());
        return new Rule(on.with(counts), action.over(preset.action()), times);
    }
}
