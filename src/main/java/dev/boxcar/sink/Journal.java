// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.smtp.server.MessageSink.Outcome;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.Ulid;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was decided in the index to the spool, in the order in which it was decided: noted under the index's lock, handed over outside of it. Any
 * thread; nobody waits for anybody, but who asks for {@link #await}, which is not for the thread that commits.
 *
 * <p>Promise: the spool completes what it was given in that order, and so a number tells how far it is.
 */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Spool spool;
    private final ConcurrentLinkedQueue<Runnable> notes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong noted = new AtomicLong();
    private final Object lock = new Object();
    private long completed;
    private long lastRefused;
    private int waiting;

    Journal(Spool spool) {
        this.spool = spool;
    }

    void state(Ulid id, String key, Map<String, String> values) {
        noted.incrementAndGet();
        notes.add(() -> spool.state(id, key, values, Runnable::run, outcome -> completed(outcome, id)));
    }

    void done(Ulid id, String reason) {
        noted.incrementAndGet();
        notes.add(() -> spool.done(id, reason, Runnable::run, outcome -> completed(outcome, id)));
    }

    private void completed(Outcome outcome, Ulid id) {
        if (outcome != Outcome.STORED) {
            LOG.warn(
                    "event=not-noted id={} outcome={} cause=\"the spool did not take it; it is forgotten at the next start\"",
                    id,
                    outcome);
        }
        synchronized (lock) {
            completed++;
            if (outcome != Outcome.STORED) {
                lastRefused = completed;
            }
            if (waiting > 0) {
                lock.notifyAll();
            }
        }
    }

    /** How much was noted so far. */
    long noted() {
        return noted.get();
    }

    /**
     * Returns when the spool has all that was noted by now, as safe as it promises.
     *
     * @param from what {@link #noted} said before the caller noted anything
     * @throws NotNoted where it did not take something of that, or does not answer
     */
    void await(long from) {
        long upTo = noted.get();
        if (upTo == from) {
            return;
        }
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        synchronized (lock) {
            waiting++;
            try {
                while (completed < upTo) {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        throw new NotNoted("the spool does not answer");
                    }
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NotNoted("interrupted while the spool wrote it down");
            } finally {
                waiting--;
            }
            if (lastRefused > from) {
                throw new NotNoted("the spool did not take it: it is forgotten at the next start");
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
            for (Runnable note = notes.poll(); note != null; note = notes.poll()) {
                note.run();
            }
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }
}
