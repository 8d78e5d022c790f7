// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.SessionListener;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one session. Without a fault everything goes its normal way.
 *
 * <p>Confined to the session's loop; must not block. An exception ends the session with 421.
 */
public interface SessionFaults {

    /**
     * The listener that is told everything that happens in the session, or null. Asked once. An event is reported
     * before a method asks what to do about it.
     */
    default @Nullable SessionListener listener() {
        return null;
    }

    /** The client is admitted, and the banner is next. Inside implicit TLS, the handshake comes after this. */
    default @Nullable Fault connected() {
        return null;
    }

    /**
     * A line was read and is about to be carried out, before any check of its sequence or its syntax.
     *
     * @param command the command, valid only during the call; null if the line cannot be a command
     */
    default @Nullable Fault command(@Nullable Command command) {
        return null;
    }

    /**
     * Bytes of a message, or of a chunk of one, have come: those between {@code from} and {@code to} (exclusive), as
     * they were sent. They are valid only during the call. Returns how to end the connection in the middle of the
     * message, or null.
     */
    default ConnectionDrop.@Nullable How content(byte[] bytes, int from, int to) {
        return null;
    }

    /** A message of {@code bytes} bytes is complete and not stored yet: after the final dot or the LAST chunk. */
    default @Nullable Fault endOfData(long bytes) {
        return null;
    }

    /** The TLS handshake is next; returns the offer whose certificate is used. */
    default TlsOffer handshake(TlsOffer usual) {
        return usual;
    }

    /** The line between the client and the server. Asked before each reply, so it may change at any time. */
    default LineConditions line() {
        return LineConditions.NONE;
    }

    /** The session has ended. Called once. */
    default void closed() {}
}
