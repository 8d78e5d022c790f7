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
 * Keeps messages and what became of them, in one commit sequence.
 *
 * <p>Promises: records are committed in the order of their sequence numbers (1, 2, 3 …), each appender's in the order
 * of its calls (but see {@link #append}). A record is to be found, and every follower has seen it, before its
 * completion runs. Completions that came true together are handed to each distinct executor as <em>one</em> task.
 *
 * <p>Threads: every method may be called on any thread. {@code append}, {@code state}, {@code done}, {@code admits} and
 * {@code newBody} neither block nor touch a file. Failure arrives as {@link CommitOutcome}: NO_ROOM may pass, FAULT
 * does not.
 */
public interface Spool extends AutoCloseable {

    /** The most bytes that a message may have to be taken at all, however much room there is. */
    long largestMessage();

    /** Whether a message of so many bytes (0: not known) would be taken now. */
    Admission admits(long bytes);

    /** An id greater than every one given before. */
    Ulid newId();

    /** An empty body in this spool's memory, to be appended as the message {@code id} or released. */
    IncomingBody newBody(Ulid id);

    /** An empty body for a message whose id is not given yet. */
    default IncomingBody newBody() {
        return newBody(newId());
    }

    /**
     * Appends a message. The body is the spool's from here on, whatever the outcome. One that is in a file of its own
     * may be committed behind messages that were appended after it.
     */
    void append(Ulid id, Envelope envelope, IncomingBody body, Executor executor, CommitCallback done);

    /**
     * Notes what became of a message, in the words of {@code namespace}. It takes the place of what was noted there
     * before. Said of a message that is not committed yet it means nothing.
     *
     * @throws IllegalArgumentException where a key or value is not one line
     */
    void state(Ulid id, String namespace, Map<String, String> values, Executor executor, CommitCallback done);

    /**
     * Notes that a message is no longer needed; it is not found any more, and the spool may reclaim its room. Said of a
     * message that is not committed yet it means nothing.
     */
    void done(Ulid id, String reason, Executor executor, CommitCallback done);

    /**
     * Notes of many messages that they are no longer needed: all are written together, and {@code done} is completed
     * once, with FAULT where any of them met one, else with NO_ROOM where any found none.
     */
    default void done(Collection<Ulid> ids, String reason, Executor executor, CommitCallback done) {
        var together = new CombinedCallback(ids.size(), executor, done);
        for (Ulid id : ids) {
            done(id, reason, Runnable::run, together);
        }
    }

    /**
     * Shows {@code follower} every record from {@code fromSequence} on, each once, in commit order, on the thread that
     * commits: first the past, then each record as it is committed, before its completion. The past is what is held:
     * the messages to be found, and what was last noted of each; of messages that are done it tells nothing. It is read
     * on the thread that commits and holds it up: follow from far back before there is traffic.
     */
    void follow(long fromSequence, Follower follower);

    /** The message with this id, or null where there is none or it is done. */
    @Nullable
    SpoolRecord find(Ulid id) throws IOException;

    /** The ids of all messages to be found, in commit order. */
    List<Ulid> ids();

    /** What was last noted of a message, by namespace. */
    Map<String, Envelope> states(Ulid id);

    /** Counters, and how things stand. */
    SpoolStatistics statistics();

    /**
     * Commits and forces everything that was appended, then refuses (FAULT) what still comes. A second call does
     * nothing.
     */
    @Override
    void close() throws SpoolException;

    /** Sees records as they are committed. May not block: commits wait for it. What it throws is logged. */
    @FunctionalInterface
    interface Follower {
        void record(SpoolRecord record);

        /** The past was shown, all of it that could be read; what comes now is new. */
        default void caughtUp() {}
    }
}
