// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Envelope;
import java.util.concurrent.Executor;

/**
 * Where the octets of a message go; completes when they are as safe as promised.
 *
 * <p>Called on the thread of the session's loop, and by several loops at once; no call blocks or touches a file.
 */
public interface MessageSink {

    /** What became of a message, or would become of one. */
    enum Outcome {
        /** As safe as the sink promises: answered 250. */
        STORED,
        /** No room just now: answered 452 (RFC 5321 §4.5.3.1.9); the client tries again. */
        NO_ROOM,
        /** A local fault: answered 451, never 5xx; the message may or may not be there, whole. */
        FAULT
    }

    /**
     * Whether a message of {@code declaredOctets} (0: size not declared, RFC 1870) would be taken now; asked at MAIL and again at DATA.
     * STORED means yes.
     */
    Outcome admits(long declaredOctets);

    /** Begins a message. What {@link Incoming#commit} reports is handed to {@code loop}, at most one task for all that became safe together; it may run within the commit. */
    Incoming begin(Executor loop);

    /** A message on its way in; confined to the thread of its session's loop. Ends with {@link #commit} or {@link #abandon}, once. */
    interface Incoming {

        /** The queue id that the 250 reply and the log will name. */
        String id();

        /**
         * Takes a copy of the octets {@code from} (inclusive) to {@code to} (exclusive). If there is no room for them, the
         * message is given up silently and {@link #commit} reports it.
         */
        void write(byte[] octets, int from, int to);

        /**
         * Whether the sink can take more just now. After a no nothing more is to be read from the client until the task of {@link #whenRoom} runs; what was
         * read already may still be written.
         */
        default boolean mayTake() {
            return true;
        }

        /** Names what is to run on the loop, after a no of {@link #mayTake}, when it is worth asking again. */
        default void whenRoom(Runnable resume) {}

        /** All octets are here. {@code done} is called once, on the loop, when the outcome is known. */
        void commit(Envelope envelope, Completion done);

        /** Forgets the message and gives back what it held. */
        void abandon();
    }

    /** Told of the outcome of a commit, on the loop that {@link #begin} named. */
    @FunctionalInterface
    interface Completion {
        void complete(Outcome outcome);
    }
}
