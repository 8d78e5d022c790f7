// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

/** What {@link SessionTimeouts} asks of a session, and has it do. Confined to the loop thread. */
public interface TimedSession {
    /** Whether the session waits for TLS, which comes before the banner. */
    boolean isAwaitingTls();

    /** Whether a message is coming in. */
    boolean isReceivingMessage();

    /** Whether what processes the input can take more of it at the moment. */
    boolean mayTakeInput();

    /** Whether the session has ended, or is about to end once its replies have left. */
    boolean isLeaving();

    /** Discards the replies that have not left. */
    void discardReplies();

    /** Closes the connection now. */
    void close();
}
