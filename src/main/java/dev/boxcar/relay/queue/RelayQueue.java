// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every accepted message until all of its recipients are settled: delivered, reported to the sender, or dropped.
 *
 * <p>Promises: a message that was reported as stored is shown to the listener once per run of the program, also after a
 * crash, until it is {@link #settle settled}. A result that was {@link #record recorded} survives a crash of the
 * process; a power cut may undo the results of the last second, and then their recipients get the message again.
 *
 * <p>Any thread may call. Only {@link #read} and the body of a message touch a disk or a network, and so may block.
 */
public interface RelayQueue {

    /** Receives the messages to be delivered. Called on the executor given to {@link #open}. */
    interface Listener {
        /**
         * A message is in the queue.
         *
         * @param accepted the message, if it was just accepted; null if it is from an earlier run
         * @param state the result of the attempts so far; null if there was none
         */
        void queued(Ulid id, @Nullable QueuedMail accepted, @Nullable DeliveryState state);

        /** Every message of earlier runs was shown. */
        default void loaded() {}

        /**
         * An operator changes a message of a shared queue that this relay has at the moment. Any thread; may block.
         *
         * @return false if this relay does not have it any more
         */
        default boolean change(Ulid id, QueueChange change) throws IOException {
            return false;
        }

        /** An operator wants messages attempted now, also those to servers that did not respond. Any thread. */
        default void retryNow() {}
    }

    /** Begins to show messages to {@code listener}: those of earlier runs, and each new one. Called once. */
    void open(Executor executor, Listener listener);

    /** Where an SMTP server puts the messages that it accepts. */
    MessageSink sink();

    /** Whether a message of this size (0: unknown) would be accepted now. */
    Admission admits(long bytes);

    /** Adds a message that this program wrote itself, such as a report, and returns its id. */
    Ulid append(Envelope envelope, byte[] content, Executor executor, CommitCallback callback);

    /**
     * Reads a message; null if it is settled or unknown. May block.
     *
     * @throws SpoolException if the message is damaged, so that it will never be read
     */
    @Nullable
    QueuedMail read(Ulid id) throws IOException;

    /** The recorded state of a message; null if no result was recorded. */
    @Nullable
    DeliveryState state(Ulid id);

    /** Records the state of a message in place of the earlier one. */
    void record(Ulid id, DeliveryState state, Executor executor, CommitCallback callback);

    /** Removes a message, because every recipient is settled. */
    void settle(Ulid id, String reason, Executor executor, CommitCallback callback);

    /**
     * Notes the results of an attempt that goes on. As {@link #record}, but a {@linkplain #isShared shared} queue keeps
     * the note in memory, so that after a crash these recipients may get the message again.
     */
    default void recordProgress(Ulid id, DeliveryState state) {
        record(id, state, Runnable::run, outcome -> {});
    }

    /** The number of messages that are not settled. A shared queue knows it about as it was a second ago. */
    int size();

    /**
     * Whether several relays deliver from this queue. Then the queue shows each message to one of them at a time.
     * {@link #record} gives the message back: when its next attempt is due, the queue shows it again, perhaps to
     * another relay. {@link #state} and {@link #read} know only the messages that were shown to this relay. When the
     * connection to the queue is lost, results that were not stored are reported as faults, and the messages are shown
     * again.
     */
    default boolean isShared() {
        return false;
    }

    /** How many relays deliver from this queue now, at least 1. */
    default int workers() {
        return 1;
    }

    /** How many more messages a shared queue would show to this relay before it gives some back. */
    default int room() {
        return Integer.MAX_VALUE;
    }

    /** The whole of a {@linkplain #isShared shared} queue; null if the relay knows every message itself. */
    default @Nullable QueueAdministration administration() {
        return null;
    }
}
