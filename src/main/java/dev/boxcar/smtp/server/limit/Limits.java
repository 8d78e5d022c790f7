// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import dev.boxcar.api.PublicApi;
import dev.boxcar.smtp.path.PathSyntax;
import java.time.Duration;

/**
 * The limits of a server and of each of its sessions. Start from {@link #DEFAULTS} and change what differs. Immutable.
 *
 * @param messageBytes largest message, announced by SIZE (RFC 1870)
 * @param recipients maximum recipients per message; more get 452 (RFC 5321 §4.5.3.1.10)
 * @param errors maximum errors per session (500 to 504, 535, and 555 to a verb other than RCPT); the next one gets 421
 * @param connections maximum connections at a time; more get 421
 * @param commandBytes longest command line, CRLF included; a longer one gets 500
 * @param idleTimeout how long a client may be silent between commands (421)
 * @param dataTimeout how long a client may be silent within a message (421)
 * @param commitTimeout how long the sink may take to store a message before the client gets 421
 * @param sessionMessages maximum messages per session; the next MAIL gets 421; 0 means no limit (MAILMAX, RFC 9422
 *     §4.1)
 * @param recipientDomains maximum different recipient domains per session; more get 452; 0 means no limit
 *     (RCPTDOMAINMAX, RFC 9422 §4.3)
 * @param paths the grammar that the paths of MAIL and RCPT must match; others get 501
 * @param localDomain the domain of addresses without one, in MAIL and RCPT; empty: they are refused
 */
@PublicApi
public record Limits(
        long messageBytes,
        int recipients,
        int errors,
        int connections,
        int commandBytes,
        Duration idleTimeout,
        Duration dataTimeout,
        Duration commitTimeout,
        int sessionMessages,
        int recipientDomains,
        PathSyntax paths,
        String localDomain) {

    /** The limits of a server without any configuration. */
    public static final Limits DEFAULTS = new Limits(
            50L * 1024 * 1024, // messageBytes
            10_000, // recipients
            100, // errors
            20_000, // connections
            4096, // commandBytes
            Duration.ofMinutes(5), // idleTimeout
            Duration.ofMinutes(10), // dataTimeout
            Duration.ofMinutes(5), // commitTimeout
            0, // sessionMessages: no limit
            0, // recipientDomains: no limit
            PathSyntax.STRICT, // paths
            ""); // localDomain: none

    /** The longest time for which a client may ask a message to be held (FUTURERELEASE, RFC 4865). */
    public static final Duration LONGEST_HOLD = Duration.ofDays(3650);

    /** The maximum memory of the envelopes of all sessions together: an eighth of the heap, at least 8 MiB. */
    public static long totalEnvelopeBytes() {
        return Math.max(8L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 8);
    }

    /** The shortest of the three timeouts. */
    public Duration shortestTimeout() {
        Duration shorter = idleTimeout.compareTo(dataTimeout) < 0 ? idleTimeout : dataTimeout;
        return shorter.compareTo(commitTimeout) < 0 ? shorter : commitTimeout;
    }

    /** Returns a copy with another {@link #messageBytes}. */
    public Limits withMessageBytes(long maximum) {
        return new Limits(
                maximum,
                recipients,
                errors,
                connections,
                commandBytes,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #recipients}. */
    public Limits withRecipients(int maximum) {
        return new Limits(
                messageBytes,
                maximum,
                errors,
                connections,
                commandBytes,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #errors}. */
    public Limits withErrors(int maximum) {
        return new Limits(
                messageBytes,
                recipients,
                maximum,
                connections,
                commandBytes,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #connections}. */
    public Limits withConnections(int maximum) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                maximum,
                commandBytes,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #commandBytes}. */
    public Limits withCommandBytes(int maximum) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                connections,
                maximum,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #idleTimeout}. */
    public Limits withIdleTimeout(Duration time) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                connections,
                commandBytes,
                time,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #dataTimeout}. */
    public Limits withDataTimeout(Duration time) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                connections,
                commandBytes,
                idleTimeout,
                time,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #commitTimeout}. */
    public Limits withCommitTimeout(Duration time) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                connections,
                commandBytes,
                idleTimeout,
                dataTimeout,
                time,
                sessionMessages,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #sessionMessages}. */
    public Limits withSessionMessages(int maximum) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                connections,
                commandBytes,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                maximum,
                recipientDomains,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #recipientDomains}. */
    public Limits withRecipientDomains(int maximum) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                connections,
                commandBytes,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                maximum,
                paths,
                localDomain);
    }

    /** Returns a copy with another {@link #paths}. */
    public Limits withPaths(PathSyntax syntax) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                connections,
                commandBytes,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                syntax,
                localDomain);
    }

    /** Returns a copy with another {@link #localDomain}. */
    public Limits withLocalDomain(String domain) {
        return new Limits(
                messageBytes,
                recipients,
                errors,
                connections,
                commandBytes,
                idleTimeout,
                dataTimeout,
                commitTimeout,
                sessionMessages,
                recipientDomains,
                paths,
                domain);
    }
}
