// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that wait for their next attempt, in the order of its time. Confined to the scheduler's loop.
 *
 * <p>The times are those of the wall clock, which may be set. If it is set back, the times follow, so that no message
 * waits longer than it would have. If it is set forward, that is noticed within {@link #LONGEST_SLEEP}; the messages
 * are then due, and their destinations take them at the usual pace.
 */
final class DueMessages {
    private static final Logger LOG = LoggerFactory.getLogger(DueMessages.class);
    /** The clock is looked at after this time at the latest. */
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(10);
    /** A smaller step is none: the two clocks are not read at the same instant. */
    private static final long MIN_STEP_MILLIS = 2_000;

    private final EventLoop loop;
    private final LongSupplier clockMillis;
    private final Runnable wakeUp;
    private final PriorityQueue<QueueEntry> entries = new PriorityQueue<>();
    private @Nullable Timer timer;
    private long lastWallMillis;
    private long lastNanos;

    /**
     * An empty list.
     *
     * @param clockMillis milliseconds since 1970
     * @param wakeUp called when the first message may be due
     */
    DueMessages(EventLoop loop, LongSupplier clockMillis, Runnable wakeUp) {
        this.loop = loop;
        this.clockMillis = clockMillis;
        this.wakeUp = wakeUp;
        this.lastWallMillis = clockMillis.getAsLong();
        this.lastNanos = loop.nowNanos();
    }

    void add(QueueEntry entry) {
        entries.add(entry);
    }

    void addAll(Collection<QueueEntry> more) {
        entries.addAll(more);
    }

    /** Returns whether it was there. */
    boolean remove(QueueEntry entry) {
        return entries.remove(entry);
    }

    /** Takes the next message if it is due; null if none is. */
    @Nullable
    QueueEntry takeDue() {
        QueueEntry first = entries.peek();
        return first != null && first.nextMillis <= now() ? entries.remove() : null;
    }

    /** Has {@code wakeUp} called when the next message is due. */
    void setTimer() {
        stopTimer();
        QueueEntry first = entries.peek();
        if (first != null) {
            long wait = Math.max(1, Math.min(first.nextMillis - now(), LONGEST_SLEEP.toMillis()));
            timer = loop.schedule(Duration.ofMillis(wait), wakeUp);
        }
    }

    void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** The time, after a look at whether the clock was set. */
    private long now() {
        long wall = clockMillis.getAsLong();
        long nanos = loop.nowNanos();
        long step = wall - lastWallMillis - Duration.ofNanos(nanos - lastNanos).toMillis();
        lastWallMillis = wall;
        lastNanos = nanos;
        if (step <= -MIN_STEP_MILLIS) {
            LOG.warn("the clock was set back by {}; the next attempts follow", Duration.ofMillis(-step));
            entries.forEach(entry -> entry.nextMillis += step); // all by the same time: their order stays
        } else if (step >= MIN_STEP_MILLIS) {
            LOG.warn("the clock was set forward by {}", Duration.ofMillis(step));
        }
        return wall;
    }
}
