// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a rule ends the connection. Replies to earlier commands leave first.
 *
 * @param point when
 * @param how by what
 */
public record Drop(Point point, How how) {

    /** When the connection ends. */
    public enum Point {
        /** Instead of the reply: for {@link ScriptVerb#END} between the final dot and its reply (RFC 1047). */
        BEFORE_REPLY,
        AFTER_REPLY,
        /** After a part of the reply, without its CRLF. */
        IN_REPLY,
        /** While the client sends the message, of which nothing is stored. */
        IN_BODY;

        /** Parses the name in a script. */
        public static Point parse(String text) {
            return named(Point.values(), text, "point");
        }

        /** The name in a script. */
        @Override
        public String toString() {
            return scriptName(this);
        }
    }

    /** What the client sees at the end of the connection. */
    public enum How {
        /** An orderly end. */
        FIN,
        /** A reset: the client's next read or write fails. */
        RST,
        /** The server ends its direction and reads on until the client closes. */
        HALF_CLOSE;

        /** Parses the name in a script. */
        public static How parse(String text) {
            return named(How.values(), text, "way to end a connection");
        }

        /** The name in a script. */
        @Override
        public String toString() {
            return scriptName(this);
        }
    }

    private static String scriptName(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E named(E[] values, String text, String what) {
        for (E value : values) {
            if (scriptName(value).equals(text)) {
                return value;
            }
        }
        String known = Arrays.stream(values).map(Drop::scriptName).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("unknown " + what + " '" + text + "' (known: " + known + ")");
    }

    /** When and how: for the record of what was done. */
    @Override
    public String toString() {
        return point + " " + how;
    }
}
