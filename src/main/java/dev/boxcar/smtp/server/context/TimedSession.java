// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

/**
 * The questions that {@link SessionTimeouts} asks a session, and the actions that it requests. Confined to the loop
 * thread.
 */
public interface TimedSession {
    /** Whether the session waits for TLS, which comes before the banner. */
    boolean isAwaitingTls();

    /** Whether a message is coming in. */
    boolean isReceivingMessage();

    /** Whether the input handler can take more input at the moment. */
    boolean mayTakeInput();

    /** Whether the session has ended, or is about to end once its replies have left. */
    boolean isLeaving();

    /** Discards the replies that have not left. */
    void discardReplies();

    /** Closes the connection now. */
    void close();
}
