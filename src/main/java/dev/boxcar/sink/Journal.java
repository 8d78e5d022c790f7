// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.smtp.server.MessageSink.Outcome;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.Ulid;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was decided in the index to the spool, in the order in which it was decided: noted under the index's lock, handed over outside of it. Any
 * thread; nobody waits for anybody.
 */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Spool spool;
    private final ConcurrentLinkedQueue<Runnable> notes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();

    Journal(Spool spool) {
        this.spool = spool;
    }

    void state(Ulid id, String key, Map<String, String> values) {
        notes.add(() -> spool.state(id, key, values, Runnable::run, outcome -> check(outcome, id)));
    }

    void done(Ulid id, String reason) {
        notes.add(() -> spool.done(id, reason, Runnable::run, outcome -> check(outcome, id)));
    }

    private static void check(Outcome outcome, Ulid id) {
        if (outcome != Outcome.STORED) {
            LOG.warn(
                    "event=not-noted id={} outcome={} cause=\"the spool did not take it; it is forgotten at the next start\"",
                    id,
                    outcome);
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
