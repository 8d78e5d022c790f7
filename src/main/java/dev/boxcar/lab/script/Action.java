// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a rule does to the event that it matches: the rule's "do". All parts apply together. {@link #NONE} does nothing;
 * the other methods change one part.
 *
 * @param reply the reply instead of carrying out the command; null to carry it out
 * @param delay how long the reply waits before it leaves; the replies after it wait too
 * @param hold whether the reply waits longer than that
 * @param stopReading how long the session stops reading from the connection after the event; zero for not at all
 * @param framing how the reply is divided into writes; null for the normal way
 * @param drop how the connection ends; null if it stays
 * @param opening how the connection begins
 * @param ehlo what is changed in the answer to EHLO
 * @param tls what is done to the handshake; null for nothing
 * @param preset the preset that adds to this action; null for none
 */
public record Action(
        @Nullable ScriptedReply reply,
        Duration delay,
        Hold hold,
        Duration stopReading,
        @Nullable Framing framing,
        @Nullable Drop drop,
        Opening opening,
        EhloChange ehlo,
        @Nullable TlsFault tls,
        @Nullable Preset preset) {

    /** The longest delay. */
    public static final Duration MAX_DELAY = Duration.ofHours(1);

    /** Does nothing. */
    public static final Action NONE = new Action(
            null, Duration.ZERO, Hold.NO, Duration.ZERO, null, null, Opening.NORMAL, EhloChange.NONE, null, null);

    /** How long a reply waits after its delay. */
    public enum Hold {
        NO,
        /** Until {@link ActiveScript#release}, or until the session's timeout. */
        UNTIL_RELEASED,
        /** It never leaves, and neither do those after it; the session ends by its timeout, or when the client goes. */
        FOREVER
    }

    /** How a connection begins. */
    public enum Opening {
        NORMAL,
        /** No banner is sent; commands are answered. */
        NO_BANNER,
        /** The connection is reset at once. */
        REFUSED
    }

    /** Checks the durations. */
    public Action {
        check("delay", delay);
        check("stopReading", stopReading);
    }

    private static void check(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException(what + " must be between 0 and 1 hour, not " + duration);
        }
    }

    /** Whether nothing is done. */
    public boolean isNone() {
        return equals(NONE);
    }

    public Action withReply(ScriptedReply newReply) {
        return new Action(newReply, delay, hold, stopReading, framing, drop, opening, ehlo, tls, preset);
    }

    public Action withDelay(Duration newDelay) {
        return new Action(reply, newDelay, hold, stopReading, framing, drop, opening, ehlo, tls, preset);
    }

    public Action withHold(Hold newHold) {
        return new Action(reply, delay, newHold, stopReading, framing, drop, opening, ehlo, tls, preset);
    }

    public Action withStopReading(Duration duration) {
        return new Action(reply, delay, hold, duration, framing, drop, opening, ehlo, tls, preset);
    }

    public Action withFraming(Framing newFraming) {
        return new Action(reply, delay, hold, stopReading, newFraming, drop, opening, ehlo, tls, preset);
    }

    public Action withDrop(Drop newDrop) {
        return new Action(reply, delay, hold, stopReading, framing, newDrop, opening, ehlo, tls, preset);
    }

    public Action withOpening(Opening newOpening) {
        return new Action(reply, delay, hold, stopReading, framing, drop, newOpening, ehlo, tls, preset);
    }

    public Action withEhlo(EhloChange newEhlo) {
        return new Action(reply, delay, hold, stopReading, framing, drop, opening, newEhlo, tls, preset);
    }

    public Action withTls(TlsFault fault) {
        return new Action(reply, delay, hold, stopReading, framing, drop, opening, ehlo, fault, preset);
    }

    public Action withPreset(Preset newPreset) {
        return new Action(reply, delay, hold, stopReading, framing, drop, opening, ehlo, tls, newPreset);
    }

    /** This action with the parts of {@code base} where it has none itself. */
    Action over(Action base) {
        return new Action(
                reply == null ? base.reply : reply,
                delay.isZero() ? base.delay : delay,
                hold == Hold.NO ? base.hold : hold,
                stopReading.isZero() ? base.stopReading : stopReading,
                framing == null ? base.framing : framing,
                drop == null ? base.drop : drop,
                opening == Opening.NORMAL ? base.opening : opening,
                ehlo.equals(EhloChange.NONE) ? base.ehlo : ehlo,
                tls == null ? base.tls : tls,
                preset);
    }
}
