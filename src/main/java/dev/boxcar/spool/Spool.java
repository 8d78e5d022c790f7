// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Stores messages and their later states as records in one commit sequence.
 *
 * <p>Promises: records are committed in the order of their sequence numbers (1, 2, 3 …), and the records of one thread
 * in the order of its calls (see {@link #append} for the exception). Before the callback of a record runs, the record
 * can be found and every follower has seen it. Callbacks of records that were committed together are handed to each
 * executor as <em>one</em> task.
 *
 * <p>Threads: every method may be called on any thread. {@code append}, {@code putState}, {@code markDone},
 * {@code admits} and {@code newBody} neither block nor touch a file. Failures are reported as {@link CommitOutcome}:
 * NO_ROOM may be temporary, FAULT is permanent.
 */
public interface Spool extends AutoCloseable {

    /** The size of the largest message that can be stored when the spool is otherwise empty. */
    long maxMessageBytes();

    /** Whether a message of this size (0: unknown) would be accepted now. */
    Admission admits(long bytes);

    /** Returns an id greater than every id returned before. */
    Ulid newId();

    /** Returns an empty body in this spool's memory, to be appended as message {@code id} or released. */
    IncomingBody newBody(Ulid id);

    /** Returns an empty body for a message whose id is not yet known. */
    default IncomingBody newBody() {
        return newBody(newId());
    }

    /**
     * Appends a message. From here on {@code body}, which this spool made, belongs to the spool, whatever the outcome.
     * A body that is written to a file of its own may be committed after messages that were appended later.
     */
    void append(Ulid id, Envelope envelope, IncomingBody body, Executor executor, CommitCallback callback);

    /**
     * Stores the state of a message in {@code namespace}, in place of the earlier state there. Has no effect if the
     * message is not yet committed.
     */
    void putState(
            Ulid id, String namespace, KeyValueText state, Urgency urgency, Executor executor, CommitCallback callback);

    /** Stores a state that is as safe as a message before {@code callback} reports it as stored. */
    default void putState(Ulid id, String namespace, KeyValueText state, Executor executor, CommitCallback callback) {
        putState(id, namespace, state, Urgency.PROMPT, executor, callback);
    }

    /**
     * Marks a message as no longer needed: it is not found any more, and the spool may reclaim its space. Has no effect
     * if the message is not yet committed.
     *
     * @throws IllegalArgumentException if the reason is not a single line
     */
    void markDone(Ulid id, String reason, Urgency urgency, Executor executor, CommitCallback callback);

    /** Marks a message as no longer needed; that is as safe as a message before {@code callback} reports it. */
    default void markDone(Ulid id, String reason, Executor executor, CommitCallback callback) {
        markDone(id, reason, Urgency.PROMPT, executor, callback);
    }

    /**
     * Marks many messages as no longer needed, in one batch. {@code callback} is called once, with FAULT if any of them
     * failed, else with NO_ROOM if any found no room.
     */
    default void markDone(Collection<Ulid> ids, String reason, Executor executor, CommitCallback callback) {
        var combined = new CombinedCallback(ids.size(), executor, callback);
        for (Ulid id : ids) {
            markDone(id, reason, Runnable::run, combined);
        }
    }

    /**
     * Shows {@code follower} every record from {@code fromSequence} on, each once, in commit order, on the committing
     * thread: first the stored records, then each new record when it is committed, before its callback runs. The stored
     * records are the messages that can be found and the latest state of each; nothing is shown of messages that are
     * done. They are read on the committing thread, which commits nothing in the meantime. So start a follower that
     * needs many stored records before there is traffic.
     */
    void follow(long fromSequence, Follower follower);

    /** The message with this id, or null if it is unknown or done. */
    @Nullable
    SpoolRecord find(Ulid id) throws IOException;

    /** The ids of all messages that can be found, in commit order. */
    List<Ulid> ids();

    /** The latest states of a message, by namespace. */
    Map<String, KeyValueText> states(Ulid id);

    /** Counters and current sizes. */
    SpoolStatistics statistics();

    /**
     * Commits and forces everything that was appended, then rejects (FAULT) later records. A second call does nothing.
     */
    @Override
    void close() throws SpoolException;

    /**
     * Sees records as they are committed. It must not block, because commits wait for it. Its exceptions are logged.
     */
    @FunctionalInterface
    interface Follower {
        void record(SpoolRecord record);

        /** All stored records that could be read were shown. Every record after this call is new. */
        default void caughtUp() {}
    }
}
