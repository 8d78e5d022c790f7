// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.Ulid;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the index's changes in the spool, in the order in which they were made. They are recorded under the index's
 * lock and submitted to the spool after it is released. Any thread. Only {@link #awaitStored} blocks, and the thread
 * that commits must not call it.
 *
 * <p>The spool completes changes in the order of submission, so one number says how many are complete. A change that
 * the spool refuses is kept until the same state changes again, and is submitted again by {@link #retryRefused} before
 * the next change. So when a user repeats a request whose change was refused, the reply waits until the change is
 * stored.
 */
public final class StateJournal {
    private static final Logger LOG = LoggerFactory.getLogger(StateJournal.class);
    private static final long MAX_WAIT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Spool spool;
    private final ConcurrentLinkedQueue<Change> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger submitCalls = new AtomicInteger();
    private final Object lock = new Object();
    private final Map<Target, Change> inProgress = new HashMap<>();
    private final Map<Target, Change> refused = new LinkedHashMap<>();
    private long recorded;
    private long completed;
    /** The value of {@link #completed} when the spool last refused a change. */
    private long lastRefused;

    private int waiting;

    /** A journal that stores in {@code spool}. */
    public StateJournal(Spool spool) {
        this.spool = spool;
    }

    /** What a change is about: a message in one namespace, or, without a key, the message itself. */
    private record Target(Ulid id, @Nullable String key) {}

    /** A class rather than a record, because two changes with the same values are still different changes. */
    private static final class Change {
        final Target target;
        final Consumer<CommitCallback> submission;

        Change(Target target, Consumer<CommitCallback> submission) {
            this.target = target;
            this.submission = submission;
        }
    }

    void recordState(Ulid id, String key, Map<String, String> values) {
        enqueue(new Change(
                new Target(id, key),
                callback -> spool.putState(id, key, KeyValueText.of(values), Runnable::run, callback)));
    }

    void recordDone(Ulid id, String reason) {
        enqueue(new Change(new Target(id, null), callback -> spool.markDone(id, reason, Runnable::run, callback)));
    }

    private void enqueue(Change change) {
        synchronized (lock) {
            refused.remove(change.target);
            inProgress.put(change.target, change);
            recorded++;
            queue.add(change);
        }
    }

    private void completed(CommitOutcome outcome, Change change) {
        if (outcome != CommitOutcome.STORED) {
            LOG.warn(
                    "event=state-not-stored id={} outcome={} cause=\"the spool refused the change; it may be lost at the"
                            + " next start\"",
                    change.target.id,
                    outcome);
        }
        synchronized (lock) {
            completed++;
            boolean isLatest = inProgress.remove(change.target, change);
            if (outcome != CommitOutcome.STORED) {
                lastRefused = completed;
                if (isLatest) {
                    refused.put(change.target, change);
                }
            }
            if (waiting > 0) {
                lock.notifyAll();
            }
        }
    }

    /** The number of changes recorded so far. */
    long recorded() {
        synchronized (lock) {
            return recorded;
        }
    }

    /**
     * Submits the refused changes again. Call it before a change; pass its result to {@link #awaitStored} after the
     * change.
     */
    public long retryRefused() {
        long completedBefore;
        synchronized (lock) {
            completedBefore = completed;
            recorded += refused.size();
            queue.addAll(refused.values());
            inProgress.putAll(refused);
            refused.clear();
        }
        submit();
        return completedBefore;
    }

    /**
     * Returns when the spool has stored every change recorded by now, by any thread, as durably as it stores messages.
     *
     * @param completedBefore the result of {@link #retryRefused} before the caller's change
     * @throws NotStoredException if the spool refused a change that was not complete at that time, or does not answer
     */
    public void awaitStored(long completedBefore) {
        long deadline = System.nanoTime() + MAX_WAIT_NANOS;
        long upTo;
        synchronized (lock) {
            upTo = recorded;
        }
        submit();
        synchronized (lock) {
            waiting++;
            try {
                while (completed < upTo) {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        throw new NotStoredException("the spool does not answer");
                    }
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NotStoredException("interrupted while the spool stored the change");
            } finally {
                waiting--;
            }
            if (lastRefused > completedBefore) {
                throw new NotStoredException("the spool refused the change; it may be lost at the next start");
            }
        }
    }

    /**
     * Submits every recorded change to the spool. If another thread is doing that, that thread submits these, too, and
     * this call returns at once. The caller holds no lock.
     */
    void submit() {
        if (queue.isEmpty() || submitCalls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Change next = queue.poll(); next != null; next = queue.poll()) {
                Change change = next;
                change.submission.accept(outcome -> completed(outcome, change));
            }
            seen = submitCalls.addAndGet(-seen);
        } while (seen != 0);
    }
}
