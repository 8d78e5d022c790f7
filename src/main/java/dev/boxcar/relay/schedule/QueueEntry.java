// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.schedule.status.QueuedEntry;
import dev.boxcar.relay.schedule.status.QueuedState;
import dev.boxcar.spool.Ulid;
import org.jspecify.annotations.Nullable;

/**
 * A message in the schedule. It has neither envelope nor body, so that 100,000 deferred messages need little memory.
 * Confined to the scheduler's loop.
 */
final class QueueEntry implements Comparable<QueueEntry> {
    final Ulid id;
    /** When the next attempt is due, in milliseconds since 1970. */
    long nextMillis;

    boolean held;
    /** Whether an attempt was made. */
    boolean tried;
    /** Whether it has waited for room at its destination, so that newer messages are behind it. */
    boolean goesFirst;
    /** Where it waits for room; null if it does not. */
    @Nullable
    Destination postponedAt;

    /** The name of the next hop that it waits for; empty if it is not known yet. */
    String destination = "";

    /** Whether the message was changed by an operator while it was attempted: the change counts, not the attempt. */
    @Nullable
    QueueChange changed;

    /** The latest result, if the queue had no room for it; null if the queue has it. */
    @Nullable
    DeliveryState unrecorded;

    /**
     * Set when a shared queue showed the message again before this entry was removed: then that message takes its
     * place. Null otherwise.
     */
    @Nullable
    Runnable shownAgain;

    /** The attempt that is going on; null if there is none. */
    @Nullable
    Attempt attempt;

    QueueEntry(Ulid id, long nextMillis) {
        this.id = id;
        this.nextMillis = nextMillis;
    }

    /** What it waits for at this time. */
    QueuedState state(long nowMillis) {
        if (held) {
            return QueuedState.HELD;
        }
        if (attempt != null) {
            return QueuedState.ACTIVE;
        }
        if (tried) {
            return QueuedState.DEFERRED;
        }
        return nextMillis > nowMillis ? QueuedState.SCHEDULED : QueuedState.ACTIVE;
    }

    /** What others see of it at this time. */
    QueuedEntry seen(long nowMillis) {
        return new QueuedEntry(id, state(nowMillis), destination);
    }

    @Override
    public int compareTo(QueueEntry other) {
        int byTime = Long.compare(nextMillis, other.nextMillis);
        return byTime != 0 ? byTime : id.compareTo(other.id);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
