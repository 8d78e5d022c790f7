// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import dev.boxcar.async.LoopExecutor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Passes items from many threads to the committing thread, which takes all of them at once.
 *
 * <p>Promise: items of one thread come out in the order in which it put them in. Nothing is lost: once the queue is
 * closed, {@link #put} returns false. {@code put} never waits, and wakes the committing thread only when it sleeps. An
 * event loop does that only after it has served all its ready events, so that one batch, and one write, covers all of
 * them. If another thread puts an item in before that, or if many messages wait, the committing thread is woken at
 * once.
 */
public final class CommitQueue {
    private static final QueuedTask CLOSED = new QueuedTask(() -> {});

    /** From this number of queued messages on, the committing thread is woken at once. */
    private static final int MANY_MESSAGES = 64;

    private final AtomicReference<@Nullable QueuedItem> newest = new AtomicReference<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Runnable wake = this::wake;
    /** The loop that is going to wake the committing thread. */
    private volatile @Nullable LoopExecutor waker;

    private volatile @Nullable Thread sleeper;

    /** Puts an item in; returns false if the queue is closed. */
    public boolean put(QueuedItem item) {
        int waiting = 0;
        if (item instanceof PendingRecord pending) {
            waiting = messages.incrementAndGet();
            bytes.addAndGet(pending.bytes());
        }
        QueuedItem previous;
        do {
            previous = newest.get();
            if (previous == CLOSED) {
                remove(item);
                return false;
            }
            item.previous = previous;
        } while (!newest.compareAndSet(previous, item));
        if (sleeper != null) { // read after the exchange: a thread that is about to sleep checks the queue once more
            wakeFor(item, waiting);
        }
        return true;
    }

    private void wakeFor(QueuedItem item, int waiting) {
        LoopExecutor loop =
                item instanceof PendingRecord pending && pending.executor() instanceof LoopExecutor one ? one : null;
        LoopExecutor current = waker;
        if (loop == null || waiting >= MANY_MESSAGES || (current != null && current != loop)) {
            wake();
        } else if (current == null) {
            waker = loop;
            wakeAfterEvents(loop);
        }
    }

    private void wakeAfterEvents(LoopExecutor loop) {
        boolean accepted = false;
        try {
            loop.executeAfterEvents(wake);
            accepted = true;
        } finally {
            if (!accepted) {
                wake();
            }
        }
    }

    private void wake() {
        waker = null;
        LockSupport.unpark(sleeper); // does nothing if there is no sleeper
    }

    /** Moves all items to {@code target}, oldest first; returns false if there are none. */
    public boolean takeAll(List<QueuedItem> target) {
        return newest.get() != null && unwind(newest.getAndSet(null), target);
    }

    /** Closes the queue, and moves all items to {@code target}, oldest first. */
    public void close(List<QueuedItem> target) {
        unwind(newest.getAndSet(CLOSED), target);
    }

    private static boolean unwind(@Nullable QueuedItem newest, List<QueuedItem> target) {
        if (newest == null || newest == CLOSED) {
            return false;
        }
        int from = target.size();
        for (QueuedItem item = newest; item != null; ) {
            target.add(item);
            QueuedItem previous = item.previous;
            item.previous = null; // so that a record that is referenced for long does not keep earlier ones in memory
            item = previous;
        }
        for (int i = from, j = target.size() - 1; i < j; i++, j--) {
            QueuedItem swapped = target.get(i);
            target.set(i, target.get(j));
            target.set(j, swapped);
        }
        return true;
    }

    /** Stops counting an item that was taken, once its memory is free. */
    public void remove(QueuedItem item) {
        if (item instanceof PendingRecord pending) {
            messages.decrementAndGet();
            bytes.addAndGet(-pending.bytes());
        }
    }

    /**
     * Sleeps until an item is put in, {@link #wake(Thread)} is called or the time is over. May also return early for no
     * reason.
     */
    public void await(long nanos) {
        sleeper = Thread.currentThread();
        if (newest.get() == null) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        sleeper = null;
    }

    /** Ends the current {@link #await} of this thread, or its next one. */
    public static void wake(Thread thread) {
        LockSupport.unpark(thread);
    }

    /** Number of records that were put in and not yet removed. */
    public int messages() {
        return messages.get();
    }

    /** Bytes of the records that were put in and not yet removed. */
    public long bytes() {
        return bytes.get();
    }
}
