// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.Producer;
import java.io.IOException;
import java.time.Duration;

/** The output side of a session's connection, as its replies need it. Confined to the loop thread. */
public interface ReplyChannel {
    /** Queues bytes, which must not change afterwards. */
    void send(byte[] bytes);

    /** Acknowledges what was read now, and not with the next write. */
    void acknowledgeAtOnce();

    /** Queues the output of the producer; everything queued after it waits for it. */
    void send(Producer producer);

    /** Sends everything that is queued and ready, now. */
    void flushReplies() throws IOException;

    /** A queued producer has become ready: sends it at the end of the session's event, or of the loop's turn. */
    void replyReady();

    /** Ends the session: no further input is processed, and the connection closes when all replies have left. */
    void closeAfterReplies();

    /** As {@link #closeAfterReplies}, after a QUIT that gets 221: the client has promised to send no more. */
    void closeAfterQuit();

    /** As {@link #closeAfterReplies}, but the connection stays open for the client's output as long as it sends. */
    void halfCloseAfterReplies();

    /** Resets the connection now. */
    void reset();

    /** Whether the session has ended, or is about to end once its replies have left. */
    boolean isLeaving();

    /** Closes the connection now. */
    void close();

    /** Makes the event loop ask the session again which events it wants. */
    void interestChanged();

    /** Runs the task after a delay, unless the session is closed by then. */
    void later(Duration delay, Runnable task);
}
