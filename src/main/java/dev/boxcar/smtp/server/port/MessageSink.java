// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import java.util.concurrent.Executor;

/**
 * Where the bytes of a message go; completes when they are as safe as promised.
 *
 * <p>Called on the thread of the session's loop, and by several loops at once; no call blocks or touches a file.
 */
public interface MessageSink {

    /**
     * Whether a message of {@code declaredBytes} (0: size not declared, RFC 1870) would be taken now; asked at MAIL and
     * again at DATA.
     */
    Admission admits(long declaredBytes);

    /**
     * Begins a message. What {@link Incoming#commit} reports is handed to {@code loop}, at most one task for all that
     * became safe together; it may run within the commit.
     */
    Incoming begin(Executor loop);

    /**
     * A message on its way in; confined to the thread of its session's loop. Ends with {@link #commit} or
     * {@link #abandon}, once.
     */
    interface Incoming {

        /** The queue id that the 250 reply and the log will name. */
        String id();

        /**
         * Takes a copy of the bytes {@code from} (inclusive) to {@code to} (exclusive). If there is no room for them,
         * the message is given up silently and {@link #commit} reports it.
         */
        void write(byte[] bytes, int from, int to);

        /**
         * Whether the sink can take more just now. After a no nothing more is to be read from the client until the task
         * of {@link #whenRoom} runs; what was read already may still be written.
         */
        default boolean mayTake() {
            return true;
        }

        /** Names what is to run on the loop, after a no of {@link #mayTake}, when it is worth asking again. */
        default void whenRoom(Runnable resume) {}

        /** All bytes are here. {@code done} is called once, on the loop, when the outcome is known. */
        void commit(Envelope envelope, CommitCallback done);

        /** Forgets the message and gives back what it held. */
        void abandon();
    }
}
