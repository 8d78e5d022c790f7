// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The facts about this sink that the APIs report. Immutable; any thread.
 *
 * @param version Boxcar's version
 * @param label a word that tells several sinks apart; may be empty
 * @param database where messages are stored
 * @param startedMillis when the process started, in milliseconds since 1970
 * @param smtp how the sink receives mail
 * @param rejected supplies the number of replies that refused something
 */
public record ServerInfo(
        String version, String label, String database, long startedMillis, Smtp smtp, LongSupplier rejected) {
    /**
     * How the sink receives mail.
     *
     * @param listeners the addresses it listens on, such as {@code 127.0.0.1:1025}
     * @param tls whether clients can or must use TLS
     * @param auth whether clients can or must log in
     * @param maxBytes the largest message that is accepted
     */
    public record Smtp(List<String> listeners, Support tls, Support auth, long maxBytes) {
        /** Without TLS, log-in and size limit. */
        public static Smtp plain(List<String> listeners) {
            return new Smtp(listeners, Support.OFF, Support.OFF, Long.MAX_VALUE);
        }
    }

    /** Whether a client can or must use something. */
    public enum Support {
        /** It is not available. */
        OFF,
        /** A client can use it. */
        OPTIONAL,
        /** A client must use it. */
        REQUIRED;

        /** {@link #OFF} unless offered, then {@link #REQUIRED} or {@link #OPTIONAL}. */
        public static Support of(boolean offered, boolean required) {
            return !offered ? OFF : required ? REQUIRED : OPTIONAL;
        }

        /** The word that the API uses. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
