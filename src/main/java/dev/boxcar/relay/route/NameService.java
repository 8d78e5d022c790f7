// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
     * @param isSecure whether DNSSEC has proven the answer, also one without records (RFC 4033 §5)
     * @param alias the name that has the records if the name asked for is an alias (CNAME); empty if it is not, or if
     *     that is unknown
     */
    record Answer<T>(Status status, List<T> values, String reason, boolean isSecure, String alias) {
        public Answer {
            values = List.copyOf(values);
        }

        /** An answer with these records, which must not be empty. It is not secure. */
        public static <T> Answer<T> of(List<T> values) {
            return new Answer<>(Status.FOUND, values, "", false, "");
        }

        /** An answer without records. It is not secure. */
        public static <T> Answer<T> none(Status status, String reason) {
            return new Answer<>(status, List.of(), reason, false, "");
        }

        /** The same answer, proven by DNSSEC. */
        public Answer<T> secure() {
            return new Answer<>(status, values, reason, true, alias);
        }

        /** The same answer, found under this name. */
        public Answer<T> at(String name) {
            return new Answer<>(status, values, reason, isSecure, name);
        }
    }

    /**
     * An MX record.
     *
     * @param host the host name without a trailing dot; empty for the null MX (RFC 7505)
     */
    record Mx(int preference, String host) {}

    /**
     * A TLSA record (RFC 6698 §2).
     *
     * @param data the certificate association data in hexadecimal digits, lower case
     */
    record Tlsa(int usage, int selector, int matchingType, String data) {
        @Override
        public String toString() {
            return usage + " " + selector + " " + matchingType + " " + data;
        }
    }

    /** The MX records of a domain, in any order. */
    CompletionStage<Answer<Mx>> mx(String domain);

    /** The addresses of a host, IPv6 before IPv4 (RFC 6724 prefers them so). */
    CompletionStage<Answer<InetAddress>> addresses(String host);

    /** The TXT records of a name; the strings of one record are joined. */
    CompletionStage<Answer<String>> texts(String name);

    /**
     * The TLSA records of a name such as {@code _25._tcp.mx.example}. A name service that does not validate answers has
     * none: records that anyone could have forged prove nothing (RFC 7672 §1.3.2).
     */
    default CompletionStage<Answer<Tlsa>> tlsa(String name) {
        return CompletableFuture.completedStage(Answer.none(Status.NO_RECORD, ""));
    }
}
