// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import java.time.Duration;

/**
 * Lets the parts of a session see whether it is open, and end it. Its {@code toString} names the session in the log.
 * Confined to the loop thread.
 */
public interface SessionControl {
    /** Whether the connection is open. */
    boolean isConnected();

    /** Whether the session has ended, or is about to end once its replies have left. */
    boolean isLeaving();

    /** Closes the connection now. */
    void close();

    /** Something failed outside an event of the session: ends it as a failure within an event would. */
    void fail(Exception failure);

    /** Makes the event loop ask the session again which events it wants. */
    void interestChanged();

    /** Runs the task after a delay, unless the session is closed by then. */
    void later(Duration delay, Runnable task);
}
