// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What the sink is and was told, as far as the API says it. Immutable; any thread.
 *
 * @param version Boxcar's
 * @param label a word to tell several sinks apart; may be empty
 * @param database where messages are kept
 * @param startedMillis when the process began, in milliseconds since 1970
 * @param smtp how mail is taken
 * @param rejected how many replies refused something
 */
public record ServerInfo(
        String version, String label, String database, long startedMillis, Smtp smtp, LongSupplier rejected) {
    /**
     * How mail is taken.
     *
     * @param listeners where: {@code 127.0.0.1:1025}
     * @param tls whether clients may, or must, go over to TLS
     * @param auth whether clients may, or must, say who they are
     * @param mostBytes the largest message
     */
    public record Smtp(List<String> listeners, Support tls, Support auth, long mostBytes) {
        /** All in clear, from anybody, of any size. */
        public static Smtp plain(List<String> listeners) {
            return new Smtp(listeners, Support.OFF, Support.OFF, Long.MAX_VALUE);
        }
    }

    /** What a client may do, or must. */
    public enum Support {
        /** It may not. */
        OFF,
        /** It may. */
        OPTIONAL,
        /** It must. */
        REQUIRED;

        /** Something that is there, and asked for or not. */
        public static Support of(boolean offered, boolean required) {
            return !offered ? OFF : required ? REQUIRED : OPTIONAL;
        }

        /** As the API says it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
