// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import java.time.Duration;

/**
 * The bounds of a server and of each of its sessions.
 *
 * @param messageBytes the largest message, announced by SIZE (RFC 1870)
 * @param recipients recipients a message; the next one is answered 452 (RFC 5321 §4.5.3.1.10)
 * @param errors errors a session (500 to 504, and 555 to a verb other than RCPT); the next one is answered 421
 * @param connections connections at a time; the next one is answered 421
 * @param commandBytes a command line, CRLF included; a longer one is answered 500
 * @param idle how long a client may be silent between commands
 * @param data how long a client may be silent within a message
 * @param commit how long the sink may take over a message before the client is told 421
 * @param sessionMessages messages a session; the next MAIL is answered 421; 0: as many as it likes (MAILMAX, RFC 9422
 *     §4.1)
 * @param recipientDomains different domains of recipients a session; the next is answered 452; 0: as many as it likes
 *     (RCPTDOMAINMAX, RFC 9422 §4.3)
 */
public record Limits(
        long messageBytes,
        int recipients,
        int errors,
        int connections,
        int commandBytes,
        Duration idle,
        Duration data,
        Duration commit,
        int sessionMessages,
        int recipientDomains) {

    /** Limits without a bound on the messages and the domains of a session. */
    public Limits(
            long messageBytes,
            int recipients,
            int errors,
            int connections,
            int commandBytes,
            Duration idle,
            Duration data,
            Duration commit) {
        this(messageBytes, recipients, errors, connections, commandBytes, idle, data, commit, 0, 0);
    }

    /** What a sink starts from. */
    public static final Limits SINK = new Limits(
            50L * 1024 * 1024,
            10_000,
            100,
            20_000,
            4096,
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(5));

    /** How long a message may be asked to be held: what the longest patience of a person may come to. */
    public static final Duration LONGEST_HOLD = Duration.ofDays(3650);

    /** The shortest of the three waits. */
    public Duration shortestWait() {
        Duration shorter = idle.compareTo(data) < 0 ? idle : data;
        return shorter.compareTo(commit) < 0 ? shorter : commit;
    }

    /** The most bytes that the envelopes of all sessions may have together: an eighth of the heap, at least 8 MiB. */
    public static long envelopeBytesInAll() {
        return Math.max(8L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 8);
    }

    /** These limits with another size of message. */
    public Limits withMessageBytes(long bytes) {
        return new Limits(
                bytes,
                recipients,
                errors,
                connections,
                commandBytes,
                idle,
                data,
                commit,
                sessionMessages,
                recipientDomains);
    }

    /** These limits with other bounds of a session: so many messages, recipients in so many domains; 0 is no bound. */
    public Limits withSession(int messages, int domains) {
        return new Limits(
                messageBytes, recipients, errors, connections, commandBytes, idle, data, commit, messages, domains);
    }

    /** These limits with another number of recipients. */
    public Limits withRecipients(int number) {
        return new Limits(
                messageBytes,
                number,
                errors,
                connections,
                commandBytes,
                idle,
                data,
                commit,
                sessionMessages,
                recipientDomains);
    }
}
