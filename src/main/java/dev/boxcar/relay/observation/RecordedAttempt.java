// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import dev.boxcar.record.SessionRecord;

/**
 * The recorded session in which a message was attempted. Other messages may have been sent in the same session. An
 * attempt has several of these when more than one server was tried. Immutable.
 *
 * @param attempt the number of the attempt, from 1
 * @param host the server's name and port
 * @param tls how the connection was secured: none, encrypted, verified, sts or dane; none until the server has answered
 *     a transaction
 * @param session the session; its {@code client} is the address of the server, because the relay is the client
 * @param transaction which of the session's MAIL commands began the transaction of this message, from 0; the session
 *     may have ended before that command
 * @param dkim whether the message was signed: {@code signed}, {@code none} or {@code failed}
 */
public record RecordedAttempt(
        int attempt, String host, String tls, SessionRecord session, int transaction, String dkim) {}
