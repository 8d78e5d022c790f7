// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * When a message is no longer useful to its recipient, and what to do then: BY (RFC 2852 §4). Immutable; any thread.
 *
 * @param seconds counted from the MAIL command. Zero or negative, if the time has passed in transit, only with NOTIFY
 * @param trace whether the sender is notified when the message is relayed to a host without this extension
 */
public record DeliverBy(long seconds, Mode mode, boolean trace) {
    /** What happens to a message that is late. */
    public enum Mode {
        /** It is returned. */
        RETURN,
        /** It is delivered anyway, and its sender is notified. */
        NOTIFY
    }

    /** {@code by-value = by-time ";" by-mode [by-trace]}. */
    private static final Pattern FORM = Pattern.compile("([+-]?[0-9]{1,9});([NRnr])([Tt]?)");

    public DeliverBy {
        if (mode == Mode.RETURN && seconds <= 0) {
            throw new IllegalArgumentException("BY with R needs a positive number of seconds, not " + seconds);
        }
    }

    /** Parses {@code 120;R}; IllegalArgumentException if it is malformed. */
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
