// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import java.time.Duration;

/**
 * How much one address, and one session, may ask for, and how long it may take. Where a number or a time is 0, there is
 * no such bound. An IPv6 address stands for its network of 64 bits; who comes by a Unix-domain socket has no address,
 * and none of its bounds.
 *
 * @param connectionsPerAddress connections at a time from one address; the next is answered 421
 * @param sessionRecipients recipients of all messages of a session; the next is answered 452
 * @param messagesPerMinute messages in a minute from one address; the next MAIL is answered 452
 * @param recipientsPerMinute recipients in a minute from one address; the next is answered 452
 * @param command how long a line may take from its first byte to its end (421)
 * @param session how long a session may last in all (421)
 * @param leastBytesPerSecond how fast a message must come, on average over the patience for a message's silence (421)
 * @param greetDelay how long to wait before the banner; who talks before it is answered 554
 * @param errorDelay how long an answer to a mistake is held back
 */
public record Access(
        int connectionsPerAddress,
        int sessionRecipients,
        int messagesPerMinute,
        int recipientsPerMinute,
        Duration command,
        Duration session,
        int leastBytesPerSecond,
        Duration greetDelay,
        Duration errorDelay) {

    /** What a sink starts from: no bounds but those of time. */
    public static final Access SINK =
            new Access(0, 0, 0, 0, Duration.ofMinutes(5), Duration.ofHours(24), 1, Duration.ZERO, Duration.ZERO);

    /** These bounds with others for each address. */
    public Access withAddress(int connections, int messages, int recipients) {
        return new Access(
                connections,
                sessionRecipients,
                messages,
                recipients,
                command,
                session,
                leastBytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** These bounds with another number of recipients a session. */
    public Access withSessionRecipients(int recipients) {
        return new Access(
                connectionsPerAddress,
                recipients,
                messagesPerMinute,
                recipientsPerMinute,
                command,
                session,
                leastBytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** These bounds with others of time: of a line, of a session, and how fast a message must come. */
    public Access withTimes(Duration ofCommand, Duration ofSession, int bytesPerSecond) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                messagesPerMinute,
                recipientsPerMinute,
                ofCommand,
                ofSession,
                bytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** These bounds with other waits: before the banner, and before an answer to a mistake. */
    public Access withDelays(Duration ofGreeting, Duration ofErrors) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                messagesPerMinute,
                recipientsPerMinute,
                command,
                session,
                leastBytesPerSecond,
                ofGreeting,
                ofErrors);
    }
}
