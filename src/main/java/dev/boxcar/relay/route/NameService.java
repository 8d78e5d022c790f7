// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Looks names up. Any thread may call; answers come on threads of the name service, and never as an exception. */
public interface NameService {
    /** Whether the name has records of the wanted type. */
    enum Status {
        FOUND,
        /** The name does not exist (NXDOMAIN). */
        NO_SUCH_NAME,
        /** The name exists, but has no such record. */
        NO_RECORD,
        /** Nobody knows: the servers failed or did not answer in time. */
        FAILED
    }

    /**
     * An answer.
     *
     * @param values the records; empty unless FOUND
     * @param reason why the look-up failed; empty unless FAILED
     */
    record Answer<T>(Status status, List<T> values, String reason) {
        public Answer {
            values = List.copyOf(values);
        }

        /** An answer with these records; they must not be empty. */
        public static <T> Answer<T> of(List<T> values) {
            return new Answer<>(Status.FOUND, values, "");
        }

        /** An answer without records. */
        public static <T> Answer<T> none(Status status, String reason) {
            return new Answer<>(status, List.of(), reason);
        }
    }

    /**
     * An MX record.
     *
     * @param host the host name without a trailing dot; empty for the null MX (RFC 7505)
     */
    record Mx(int preference, String host) {}

    /** The MX records of a domain, in any order. */
    CompletionStage<Answer<Mx>> mx(String domain);

    /** The addresses of a host, IPv6 before IPv4 (RFC 6724 prefers them so). */
    CompletionStage<Answer<InetAddress>> addresses(String host);
}
