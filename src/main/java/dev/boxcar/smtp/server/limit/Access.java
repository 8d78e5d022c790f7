// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import dev.boxcar.api.PublicApi;
import java.time.Duration;

/**
 * Limits on the number of connections, messages and recipients per address and session, and on times. A number or a
 * time of 0 means no limit. An IPv6 address stands for its /64 network. A client of a Unix-domain socket has no
 * address, so the limits per address do not apply to it. Start from {@link #DEFAULTS} and change what differs.
 * Immutable.
 *
 * @param connectionsPerAddress maximum connections at a time from one address; more get 421
 * @param sessionRecipients maximum recipients of all messages of a session; more get 452
 * @param messagesPerMinute maximum messages per minute from one address; the next MAIL gets 452
 * @param recipientsPerMinute maximum recipients per minute from one address; more get 452
 * @param commandTimeout how long a line may take from its first byte to its end (421)
 * @param sessionTimeout how long a session may last in all (421)
 * @param minBytesPerSecond how fast a message must arrive, on average over {@link Limits#dataTimeout} (421)
 * @param greetDelay how long the server waits before the banner; a client that talks before it gets 554
 * @param errorDelay how long the reply to a mistake is held back
 */
@PublicApi
public record Access(
        int connectionsPerAddress,
        int sessionRecipients,
        int messagesPerMinute,
        int recipientsPerMinute,
        Duration commandTimeout,
        Duration sessionTimeout,
        int minBytesPerSecond,
        Duration greetDelay,
        Duration errorDelay) {

    /** The limits of a server without any configuration: time and speed limits only. */
    public static final Access DEFAULTS = new Access(
            0, // connectionsPerAddress: no limit
            0, // sessionRecipients: no limit
            0, // messagesPerMinute: no limit
            0, // recipientsPerMinute: no limit
            Duration.ofMinutes(5), // commandTimeout
            Duration.ofHours(24), // sessionTimeout
            1, // minBytesPerSecond
            Duration.ZERO, // greetDelay
            Duration.ZERO); // errorDelay

    /** Returns a copy with another {@link #connectionsPerAddress}. */
    public Access withConnectionsPerAddress(int maximum) {
        return new Access(
                maximum,
                sessionRecipients,
                messagesPerMinute,
                recipientsPerMinute,
                commandTimeout,
                sessionTimeout,
                minBytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** Returns a copy with another {@link #sessionRecipients}. */
    public Access withSessionRecipients(int maximum) {
        return new Access(
                connectionsPerAddress,
                maximum,
                messagesPerMinute,
                recipientsPerMinute,
                commandTimeout,
                sessionTimeout,
                minBytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** Returns a copy with another {@link #messagesPerMinute}. */
    public Access withMessagesPerMinute(int maximum) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                maximum,
                recipientsPerMinute,
                commandTimeout,
                sessionTimeout,
                minBytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** Returns a copy with another {@link #recipientsPerMinute}. */
    public Access withRecipientsPerMinute(int maximum) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                messagesPerMinute,
                maximum,
                commandTimeout,
                sessionTimeout,
                minBytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** Returns a copy with another {@link #commandTimeout}. */
    public Access withCommandTimeout(Duration time) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                messagesPerMinute,
                recipientsPerMinute,
                time,
                sessionTimeout,
                minBytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** Returns a copy with another {@link #sessionTimeout}. */
    public Access withSessionTimeout(Duration time) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                messagesPerMinute,
                recipientsPerMinute,
                commandTimeout,
                time,
                minBytesPerSecond,
                greetDelay,
                errorDelay);
    }

    /** Returns a copy with another {@link #minBytesPerSecond}. */
    public Access withMinBytesPerSecond(int minimum) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                messagesPerMinute,
                recipientsPerMinute,
                commandTimeout,
                sessionTimeout,
                minimum,
                greetDelay,
                errorDelay);
    }

    /** Returns a copy with another {@link #greetDelay}. */
    public Access withGreetDelay(Duration time) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                messagesPerMinute,
                recipientsPerMinute,
                commandTimeout,
                sessionTimeout,
                minBytesPerSecond,
                time,
                errorDelay);
    }

    /** Returns a copy with another {@link #errorDelay}. */
    public Access withErrorDelay(Duration time) {
        return new Access(
                connectionsPerAddress,
                sessionRecipients,
                messagesPerMinute,
                recipientsPerMinute,
                commandTimeout,
                sessionTimeout,
                minBytesPerSecond,
                greetDelay,
                time);
    }
}
