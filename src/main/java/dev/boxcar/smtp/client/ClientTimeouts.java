// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.SessionStep;
import java.time.Duration;

/**
 * How long a client waits at each step (RFC 5321 §4.5.3.2). The time for a pipelined command starts when the reply
 * before it arrives.
 *
 * @param connect for the connection
 * @param command for the greeting and for the replies to all commands except DATA
 * @param data for the reply to DATA
 * @param block for the server to accept more of a message
 * @param message for the reply to the end of a message
 */
public record ClientTimeouts(Duration connect, Duration command, Duration data, Duration block, Duration message) {
    /** The minimum that RFC 5321 names for each step. */
    public static final ClientTimeouts RFC_5321 = new ClientTimeouts(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10));

    /** The same time for every step. */
    public static ClientTimeouts all(Duration time) {
        return new ClientTimeouts(time, time, time, time, time);
    }

    /** This time for every step that has more. */
    public ClientTimeouts atMost(Duration time) {
        return new ClientTimeouts(
                shorter(connect, time),
                shorter(command, time),
                shorter(data, time),
                shorter(block, time),
                shorter(message, time));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    Duration of(SessionStep step) {
        return switch (step) {
            case CONNECT -> connect;
            case DATA -> data;
            case MESSAGE -> message;
            case BANNER, EHLO, HELO, STARTTLS, AUTH, RSET, MAIL, RCPT, QUIT -> command;
        };
    }
}
