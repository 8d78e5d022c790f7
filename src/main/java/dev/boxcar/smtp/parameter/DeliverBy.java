// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Until when a message is of use to its recipient, and what to do when that time has come: BY (RFC 2852 §4).
 *
 * @param seconds counted from the MAIL command; not above 0 only where somebody is to be told, and the time has passed
 *     on the way
 * @param mode what to do then
 * @param trace whether the sender wants to be told when the message is passed on to a host that knows nothing of all
 *     this
 */
public record DeliverBy(long seconds, Mode mode, boolean trace) {
    /** What becomes of a message that is late. */
    public enum Mode {
        /** It is returned. */
        RETURN,
        /** It is delivered all the same, and its sender is told. */
        NOTIFY
    }

    /** {@code by-value = by-time ";" by-mode [by-trace]}. */
    private static final Pattern FORM = Pattern.compile("([+-]?[0-9]{1,9});([NRnr])([Tt]?)");

    public DeliverBy {
        if (mode == Mode.RETURN && seconds <= 0) {
            throw new IllegalArgumentException("a message cannot be returned after " + seconds + " seconds");
        }
    }

    /** Reads {@code 120;R}; IllegalArgumentException where it is malformed. */
    public static DeliverBy parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("malformed BY");
        }
        Mode mode = matcher.group(2).toUpperCase(Locale.ROOT).equals("R") ? Mode.RETURN : Mode.NOTIFY;
        return new DeliverBy(
                Long.parseLong(matcher.group(1)), mode, !matcher.group(3).isEmpty());
    }
}
