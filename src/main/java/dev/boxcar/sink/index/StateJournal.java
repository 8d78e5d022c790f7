// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
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
 * Brings what was decided in the index to the spool, in the order in which it was decided: noted under the index's
 * lock, handed over outside of it. Any thread; nobody waits for anybody, but who asks for {@link #await}, which is not
 * for the thread that commits.
 *
 * <p>Promise: the spool completes what it was given in that order, and so a number tells how far it is. What it did not
 * take is kept until something else was noted of the same thing, and is handed over {@link #again} when the next change
 * is made: so a change that is repeated is not answered before it is written down.
 */
public final class StateJournal {
    private static final Logger LOG = LoggerFactory.getLogger(StateJournal.class);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Spool spool;
    private final ConcurrentLinkedQueue<Note> notes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final Object lock = new Object();
    private final Map<Thing, Note> underWay = new HashMap<>();
    private final Map<Thing, Note> refused = new LinkedHashMap<>();
    private long noted;
    private long completed;
    private long lastRefused;
    private int waiting;

    public StateJournal(Spool spool) {
        this.spool = spool;
    }

    /** What something is noted of: a message as one namespace has it, or the message itself. */
    private record Thing(Ulid id, @Nullable String key) {}

    /** What was noted of a thing. */
    private static final class Note {
        final Thing thing;
        final Consumer<CommitCallback> call;

        Note(Thing thing, Consumer<CommitCallback> call) {
            this.thing = thing;
            this.call = call;
        }
    }

    void state(Ulid id, String key, Map<String, String> values) {
        note(new Note(new Thing(id, key), done -> spool.state(id, key, values, Runnable::run, done)));
    }

    void done(Ulid id, String reason) {
        note(new Note(new Thing(id, null), done -> spool.done(id, reason, Runnable::run, done)));
    }

    private void note(Note note) {
        synchronized (lock) {
            refused.remove(note.thing);
            underWay.put(note.thing, note);
            noted++;
            notes.add(note);
        }
    }

    private void completed(CommitOutcome outcome, Note note) {
        if (outcome != CommitOutcome.STORED) {
            LOG.warn(
                    "event=not-noted id={} outcome={} cause=\"the spool did not take it; it is forgotten at the next start\"",
                    note.thing.id,
                    outcome);
        }
        synchronized (lock) {
            completed++;
            boolean isLast = underWay.remove(note.thing, note);
            if (outcome != CommitOutcome.STORED) {
                lastRefused = completed;
                if (isLast) {
                    refused.put(note.thing, note);
                }
            }
            if (waiting > 0) {
                lock.notifyAll();
            }
        }
    }

    /** How much was noted so far. */
    long noted() {
        synchronized (lock) {
            return noted;
        }
    }

    /** Hands over what the spool did not take; how far it is. To be asked before something is changed. */
    public long again() {
        long from;
        synchronized (lock) {
            from = completed;
            noted += refused.size();
            notes.addAll(refused.values());
            underWay.putAll(refused);
            refused.clear();
        }
        handOver();
        return from;
    }

    /**
     * Returns when the spool has all that was noted by now, by whomever, as safe as it promises.
     *
     * @param from what {@link #again} said before the caller noted anything
     * @throws NotNoted where it did not take something of what it was not through with then, or does not answer
     */
    public void await(long from) {
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        long upTo;
        synchronized (lock) {
            upTo = noted;
        }
        handOver();
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
                throw new NotStoredException("interrupted while the spool wrote it down");
            } finally {
                waiting--;
            }
            if (lastRefused > from) {
                throw new NotStoredException("the spool did not take it: it is forgotten at the next start");
            }
        }
    }

    /** Hands over all that was noted, unless somebody is at it: then that one does. Holding no lock. */
    void handOver() {
        if (notes.isEmpty() || calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Note note = notes.poll(); note != null; note = notes.poll()) {
                Note taken = note;
                note.call.accept(outcome -> completed(outcome, taken));
            }
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }
}
