// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import dev.boxcar.unit.Glob;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which events a rule is for: the rule's "on". An event must meet all conditions. The static methods make a match for a
 * verb; the others add a condition.
 *
 * @param verb the event
 * @param counts which of several such events
 * @param address at MAIL the sender, at RCPT the recipient, without angle brackets; the null sender is the empty text
 * @param parameter a parameter of MAIL or RCPT, such as {@code BODY=8BITMIME} or {@code SIZE=*}; null for no condition
 * @param size the least size in bytes: of the message at {@link ScriptVerb#END}, of the SIZE parameter at MAIL; 0 for
 *     no condition
 * @param header a header field of the message, at {@link ScriptVerb#END}; null for no condition
 * @param tls whether the session is inside TLS; null for no condition
 * @param peer the client's IP address
 */
public record Match(
        ScriptVerb verb,
        Counts counts,
        Glob address,
        @Nullable Glob parameter,
        long size,
        @Nullable HeaderPattern header,
        @Nullable Boolean tls,
        Glob peer) {

    /**
     * Which of several events of one kind. All count from 1.
     *
     * @param nth the n-th of the verb: per transaction for RCPT, otherwise per session
     * @param message the n-th message of the session: the one that MAIL begins or began last
     * @param connection the n-th session of the script
     * @param flight the n-th flight of the session
     * @param probability the percentage of these events, 1 to 100; the seed of the session decides which
     */
    public record Counts(
            NumberRange nth, NumberRange message, NumberRange connection, NumberRange flight, int probability) {
        /** The probability of what always happens. */
        public static final int ALWAYS = 100;

        /** No condition. */
        public static final Counts ANY =
                new Counts(NumberRange.ANY, NumberRange.ANY, NumberRange.ANY, NumberRange.ANY, ALWAYS);

        /** Checks the percentage. */
        public Counts {
            if (probability < 1 || probability > ALWAYS) {
                throw new IllegalArgumentException("probability must be 1 to 100, not " + probability);
            }
        }

        /** These conditions, and those of {@code preset} where this has none. */
        Counts over(Counts preset) {
            return new Counts(
                    over(nth, preset.nth),
                    over(message, preset.message),
                    over(connection, preset.connection),
                    over(flight, preset.flight),
                    probability == ALWAYS ? preset.probability : probability);
        }

        private static NumberRange over(NumberRange given, NumberRange preset) {
            return given.equals(NumberRange.ANY) ? preset : given;
        }
    }

    /** Checks what can be checked without an event. */
    public Match {
        Objects.requireNonNull(verb, "verb");
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative: " + size);
        }
    }

    /** Every event of this verb. */
    public static Match of(ScriptVerb verb) {
        return new Match(verb, Counts.ANY, Glob.ANY, null, 0, null, null, Glob.ANY);
    }

    /** The banner. */
    public static Match connect() {
        return of(ScriptVerb.CONNECT);
    }

    public static Match helo() {
        return of(ScriptVerb.HELO);
    }

    public static Match ehlo() {
        return of(ScriptVerb.EHLO);
    }

    public static Match mail() {
        return of(ScriptVerb.MAIL);
    }

    public static Match rcpt() {
        return of(ScriptVerb.RCPT);
    }

    public static Match data() {
        return of(ScriptVerb.DATA);
    }

    public static Match bdat() {
        return of(ScriptVerb.BDAT);
    }

    public static Match rset() {
        return of(ScriptVerb.RSET);
    }

    public static Match starttls() {
        return of(ScriptVerb.STARTTLS);
    }

    public static Match noop() {
        return of(ScriptVerb.NOOP);
    }

    public static Match vrfy() {
        return of(ScriptVerb.VRFY);
    }

    public static Match expn() {
        return of(ScriptVerb.EXPN);
    }

    public static Match help() {
        return of(ScriptVerb.HELP);
    }

    public static Match quit() {
        return of(ScriptVerb.QUIT);
    }

    public static Match auth() {
        return of(ScriptVerb.AUTH);
    }

    /** The end of a message: the final dot or the LAST chunk. */
    public static Match end() {
        return of(ScriptVerb.END);
    }

    /** Any command. */
    public static Match line() {
        return of(ScriptVerb.LINE);
    }

    /** The n-th of the verb, counted from 1: per transaction for RCPT, otherwise per session. */
    public Match nth(long n) {
        return nth(NumberRange.exactly(n));
    }

    /** These of the verb: per transaction for RCPT, otherwise per session. */
    public Match nth(NumberRange range) {
        return with(new Counts(range, counts.message, counts.connection, counts.flight, counts.probability));
    }

    /** The n-th message of the session, counted from 1. */
    public Match message(long n) {
        return message(NumberRange.exactly(n));
    }

    /** These messages of the session. */
    public Match message(NumberRange range) {
        return with(new Counts(counts.nth, range, counts.connection, counts.flight, counts.probability));
    }

    /** The n-th session of the script, counted from 1. */
    public Match connection(long n) {
        return connection(NumberRange.exactly(n));
    }

    /** These sessions of the script. */
    public Match connection(NumberRange range) {
        return with(new Counts(counts.nth, counts.message, range, counts.flight, counts.probability));
    }

    /** The n-th flight of the session, counted from 1. */
    public Match flight(long n) {
        return flight(NumberRange.exactly(n));
    }

    /** These flights of the session. */
    public Match flight(NumberRange range) {
        return with(new Counts(counts.nth, counts.message, counts.connection, range, counts.probability));
    }

    /** This percentage of the events, 1 to 100. Which of them is random, and the same for the same seed. */
    public Match probability(int percent) {
        return with(new Counts(counts.nth, counts.message, counts.connection, counts.flight, percent));
    }

    Match with(Counts newCounts) {
        return new Match(verb, newCounts, address, parameter, size, header, tls, peer);
    }

    /** With this address, such as {@code *@slow.example}: the sender at MAIL, the recipient at RCPT. */
    public Match address(String glob) {
        return new Match(verb, counts, new Glob(glob), parameter, size, header, tls, peer);
    }

    /** With a parameter such as {@code BODY=8BITMIME} or {@code SIZE=*}. */
    public Match parameter(String glob) {
        return new Match(verb, counts, address, new Glob(glob), size, header, tls, peer);
    }

    /** With at least this size in bytes. */
    public Match size(long bytes) {
        return new Match(verb, counts, address, parameter, bytes, header, tls, peer);
    }

    /** With this header field, whatever its value. */
    public Match header(String name) {
        return header(new HeaderPattern(name, Glob.ANY));
    }

    /** With this header field and value. */
    public Match header(String name, String glob) {
        return header(new HeaderPattern(name, new Glob(glob)));
    }

    /** With this header field. */
    public Match header(HeaderPattern pattern) {
        return new Match(verb, counts, address, parameter, size, pattern, tls, peer);
    }

    /** Inside TLS. */
    public Match insideTls() {
        return new Match(verb, counts, address, parameter, size, header, true, peer);
    }

    /** Not inside TLS. */
    public Match inClear() {
        return new Match(verb, counts, address, parameter, size, header, false, peer);
    }

    /** From a client with this IP address. */
    public Match peer(String glob) {
        return new Match(verb, counts, address, parameter, size, header, tls, new Glob(glob));
    }
}
