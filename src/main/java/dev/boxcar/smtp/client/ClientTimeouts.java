// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.SessionStep;
import java.time.Duration;

/**
 * How long a client waits for each thing (RFC 5321 §4.5.3.2). Behind what is pipelined each answer has its time from
 * the one before.
 *
 * @param connect for the connection
 * @param command for the greeting and for the answers to all but the following
 * @param data for the answer to DATA
 * @param block for the server to take more of a body
 * @param message for the answer to the end of a message
 */
public record ClientTimeouts(Duration connect, Duration command, Duration data, Duration block, Duration message) {
    /** The RFC's own minimum of each. */
    public static final ClientTimeouts RFC_5321 = new ClientTimeouts(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10));

    /** The same time for everything. */
    public static ClientTimeouts all(Duration time) {
        return new ClientTimeouts(time, time, time, time, time);
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
