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
 * Hands records from many threads to the one that commits them, which takes all at once.
 *
 * <p>Promise: what one thread puts in comes out in its order; nothing is lost: once closed, {@link #put} says so.
 * {@code put} never waits, and wakes the taker only when it sleeps. A loop has it woken when what is ready was served,
 * so that one taking, and one write, do for all of that; where another puts something in meanwhile, or there are many,
 * at once.
 */
public final class CommitQueue {
    private static final QueuedTask CLOSED = new QueuedTask(() -> {});

    /** So many messages, put in and not yet through, are worth a taking of their own. */
    private static final int MANY = 64;

    private final AtomicReference<@Nullable QueuedItem> last = new AtomicReference<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Runnable wake = this::wake;
    /** The loop that is going to wake the taker. */
    private volatile @Nullable LoopExecutor waker;

    private volatile @Nullable Thread sleeper;

    /** Puts one in; false when the queue is closed. */
    public boolean put(QueuedItem item) {
        int waiting = 0;
        if (item instanceof PendingRecord pending) {
            waiting = messages.incrementAndGet();
            bytes.addAndGet(pending.bytes());
        }
        QueuedItem before;
        do {
            before = last.get();
            if (before == CLOSED) {
                leave(item);
                return false;
            }
            item.before = before;
        } while (!last.compareAndSet(before, item));
        if (sleeper != null) { // read behind the exchange: who is about to sleep looks once more
            wakeFor(item, waiting);
        }
        return true;
    }

    private void wakeFor(QueuedItem item, int waiting) {
        LoopExecutor loop =
                item instanceof PendingRecord pending && pending.executor instanceof LoopExecutor one ? one : null;
        LoopExecutor before = waker;
        if (loop == null || waiting >= MANY || (before != null && before != loop)) {
            wake();
        } else if (before == null) {
            waker = loop;
            wakeWhenServed(loop);
        }
    }

    private void wakeWhenServed(LoopExecutor loop) {
        boolean handedOver = false;
        try {
            loop.executeAfterEvents(wake);
            handedOver = true;
        } finally {
            if (!handedOver) {
                wake();
            }
        }
    }

    private void wake() {
        waker = null;
        LockSupport.unpark(sleeper); // of nobody: nothing happens
    }

    /** Adds everything that waits to {@code target}, oldest first; false when nothing waits. */
    public boolean takeAll(List<QueuedItem> target) {
        return last.get() != null && unwind(last.getAndSet(null), target);
    }

    /** Lets nothing more in, and adds what waits to {@code target}. */
    public void close(List<QueuedItem> target) {
        unwind(last.getAndSet(CLOSED), target);
    }

    private static boolean unwind(@Nullable QueuedItem newest, List<QueuedItem> target) {
        if (newest == null || newest == CLOSED) {
            return false;
        }
        int from = target.size();
        for (QueuedItem item = newest; item != null; ) {
            target.add(item);
            QueuedItem before = item.before;
            item.before = null; // a completion that is kept must not keep its forerunners
            item = before;
        }
        for (int i = from, j = target.size() - 1; i < j; i++, j--) {
            QueuedItem swapped = target.get(i);
            target.set(i, target.get(j));
            target.set(j, swapped);
        }
        return true;
    }

    /** Forgets the weight of one that is through; whoever took it calls this when its memory is free. */
    public void leave(QueuedItem item) {
        if (item instanceof PendingRecord pending) {
            messages.decrementAndGet();
            bytes.addAndGet(-pending.bytes());
        }
    }

    /** Sleeps until something is put in, {@link #wake} is called or the time is over (now and then for no reason). */
    public void await(long nanos) {
        sleeper = Thread.currentThread();
        if (last.get() == null) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        sleeper = null;
    }

    /** Ends the {@link #await} of {@code taker}, or its next one. */
    public static void wake(Thread taker) {
        LockSupport.unpark(taker);
    }

    /** Records put in and not yet through. */
    public int messages() {
        return messages.get();
    }

    /** Bytes put in and not yet through. */
    public long bytes() {
        return bytes.get();
    }
}
