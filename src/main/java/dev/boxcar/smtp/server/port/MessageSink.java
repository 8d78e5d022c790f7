// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.Reply;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Stores messages, and reports when each is as safe as the sink promises.
 *
 * <p><b>Threads:</b> called on the loop of the session, so on several loops at once. No call may block or touch a file.
 */
public interface MessageSink {

    /**
     * Whether a message of this size would be taken now (RFC 1870; 0 if the client declared none). Called at MAIL and
     * again at DATA.
     */
    Admission admits(long declaredBytes);

    /**
     * Begins a message. The outcome of {@link Incoming#commit} is reported through {@code loop}, in one task for all
     * messages that became safe together; the task may run during the commit.
     */
    Incoming begin(Executor loop);

    /**
     * A message that is coming in. It ends with one call of {@link #commit} or {@link #abandon}. Confined to the loop
     * of its session.
     */
    interface Incoming {

        /** The queue id, which the 250 reply and the log name. */
        String id();

        /**
         * Copies the bytes {@code from} (inclusive) to {@code to} (exclusive). If there is no room for them, the
         * message is given up, and {@link #commit} reports that.
         */
        void write(byte[] bytes, int from, int to);

        /**
         * Whether the sink can take more at the moment. If not, the session reads nothing more from the client until
         * the task of {@link #whenRoom} runs; it may still write what it has read.
         */
        default boolean mayTake() {
            return true;
        }

        /** Sets the task to run on the loop when {@link #mayTake} was false and may now be true. */
        default void whenRoom(Runnable resume) {}

        /**
         * Why a message that is complete is refused because of its content: a reply of 5yz, which the client gets
         * instead of 250. Null to take it; then {@link #commit} follows, otherwise {@link #abandon}.
         */
        default @Nullable Reply refusal() {
            return null;
        }

        /** The message is complete. {@code done} is called once, on the loop, when the outcome is known. */
        void commit(Envelope envelope, CommitCallback done);

        /** Gives the message up, with everything that the sink holds of it. */
        void abandon();
    }
}
