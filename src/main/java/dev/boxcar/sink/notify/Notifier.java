// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.IndexEntry;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.NamespaceSnapshot;
import dev.boxcar.sink.index.SearchCandidate;
import dev.boxcar.sink.search.SearchTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inbox's own thread: it scans new messages in commit order, answers waits, delivers events, and removes messages
 * that are too old.
 *
 * <p>Without waits and subscriptions it scans no messages while many arrive (see {@link ArrivalRate}), and pauses
 * between the messages that it scans. So under load the server has the processor. A thread that reads the inbox scans
 * the messages that it needs itself.
 */
public final class Notifier implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long AGE_CHECK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MAX_JOIN_MILLIS = TimeUnit.SECONDS.toMillis(10);
    private static final int MESSAGES_PER_TURN = 32;
    private static final int MAX_EARLIER_MATCHES = 1000;
    private static final long REFUSED = -1;

    private final MessageIndex index;
    private final FieldsLoader loader;
    private final Duration maxAge;
    private final Subscriptions subscriptions;
    private final PendingWaits waits = new PendingWaits();
    private final ArrivalRate arrivals = new ArrivalRate();
    private final Thread thread = new Thread(this, "inbox");

    /**
     * Guards {@link #announced} and the adding of waits and subscriptions. Taken before the index's lock, never while
     * that is held.
     */
    private final Object order = new Object();

    /** The commit sequence up to which messages were announced. */
    private long announced;

    private volatile boolean idle;
    private volatile boolean closed;
    private long agesCheckedNanos = System.nanoTime() - AGE_CHECK_INTERVAL_NANOS;

    /**
     * A notifier for the messages of {@code index}, not yet started.
     *
     * @param maxAge how long messages stay in the inbox; zero: for ever
     */
    public Notifier(MessageIndex index, FieldsLoader loader, Duration maxAge) {
        this.index = index;
        this.loader = loader;
        this.maxAge = maxAge;
        this.subscriptions = new Subscriptions(index, loader);
    }

    /** Starts the thread. The messages that are in the index now are not announced. */
    public void start() {
        synchronized (order) {
            announced = index.cursor();
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** A message of this size has arrived. Fast, since the thread that commits calls it. */
    public void arrived(long bytes) {
        arrivals.arrived(bytes);
        countsChanged();
    }

    /** A namespace has lost a message to retention. Called under the index's lock. */
    public void pruned(String namespace) {
        subscriptions.pruned(namespace);
        countsChanged();
    }

    /** Something has changed that is neither an arrival nor retention. */
    public void changed(String namespace, InboxEvent event) {
        subscriptions.add(namespace, event);
        countsChanged();
    }

    private void countsChanged() {
        subscriptions.countsChanged();
        if (idle) {
            wake();
        }
    }

    private void wake() {
        idle = false;
        LockSupport.unpark(thread);
    }

    /** Subscribes to a namespace; null if there are too many subscriptions. The first event is the counts. */
    public @Nullable Subscription subscribe(String namespace, Executor executor, Subscription.Listener listener) {
        if (subscriptions.isFull()) {
            return null;
        }
        var subscription = new Subscription(namespace, executor, listener);
        synchronized (order) { // so that no later message is announced before the subscription is added
            subscription.afterSequence = index.cursor();
            subscriptions.add(subscription);
        }
        subscription.send(subscriptions.counts(namespace));
        wake();
        return subscription;
    }

    /**
     * Waits for messages. Messages already in the index count, up to 1,000 matching ones; the caller's thread examines
     * them.
     *
     * @return null if there are too many waits; {@code onResult} is not called then
     */
    public @Nullable PendingWait await(WaitRequest request, Consumer<WaitResult> onResult) {
        var wait = new PendingWait(request, loader, index, onResult);
        long upTo = add(wait);
        if (upTo == REFUSED) {
            return null;
        }
        try {
            examineEarlier(wait, upTo);
            wait.caughtUp();
        } catch (IOException | SearchTimeoutException e) {
            wait.fail(WaitResult.Outcome.FAILED, String.valueOf(e.getMessage()));
        }
        wake();
        return wait;
    }

    /**
     * Adds a wait, to which all later messages are announced. Returns the commit sequence up to which the caller must
     * examine earlier messages, or {@link #REFUSED}.
     */
    private long add(PendingWait wait) {
        waits.removeAnswered();
        synchronized (order) {
            if (waits.isFull() || closed) {
                return REFUSED;
            }
            waits.add(wait);
            return announced;
        }
    }

    private void examineEarlier(PendingWait wait, long upTo) throws IOException {
        WaitRequest request = wait.request();
        NamespaceSnapshot snapshot = index.snapshot(request.namespace());
        SearchCandidate candidate = SearchCandidate.forSearch(loader, index);
        int maxMatches = Math.max(request.count(), MAX_EARLIER_MATCHES);
        for (int slot = snapshot.firstAfter(request.after()); slot < snapshot.end(); slot++) {
            NamespaceEntry entry = snapshot.at(slot);
            if (entry == null || entry.message().sequence() <= request.after()) {
                continue;
            }
            if (entry.message().sequence() > upTo || wait.offerEarlier(entry, candidate, maxMatches)) {
                return;
            }
        }
    }

    /** Whether there is a wait or a subscription, so that new messages must be announced. */
    public boolean isNeeded() {
        return !waits.isEmpty() || !subscriptions.isEmpty();
    }

    /** The number of pending waits. */
    public int waits() {
        return waits.size();
    }

    /** The number of subscriptions. */
    public int subscriptions() {
        return subscriptions.size();
    }

    /** The number of subscriptions that were dropped because they were too slow. */
    public long droppedSubscriptions() {
        return subscriptions.dropped();
    }

    /** Delivers the events of all messages that have arrived, then ends the thread and all waits. */
    public void close() {
        synchronized (order) {
            closed = true;
        }
        wake();
        try {
            thread.join(MAX_JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waits.closeAll();
        subscriptions.closeAll();
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                runTurn();
            } catch (RuntimeException bug) {
                LOG.error("event=inbox-failed", bug);
            }
        }
        try {
            announceRest();
        } catch (RuntimeException bug) {
            LOG.error("event=inbox-failed", bug);
        }
    }

    private void announceRest() {
        long deadline = System.nanoTime() + MAX_CLOSE_NANOS;
        while (!subscriptions.isEmpty() && System.nanoTime() - deadline < 0 && announceSome()) {
            // until all messages are announced, or the time is up
        }
        int left = index.pendingCount();
        if (left > 0 && !subscriptions.isEmpty()) {
            LOG.warn("event=not-announced messages={} cause=\"the inbox was closed\"", left);
        }
    }

    private void runTurn() {
        long now = System.nanoTime();
        boolean needed = isNeeded();
        boolean morePending = (needed || arrivals.isLow(now)) && announceSome();
        subscriptions.sendEvents();
        waits.expire(now);
        subscriptions.removeClosed();
        boolean moreTooOld = pruneByAge(now);
        if (!morePending && !moreTooOld) {
            sleep(now);
        } else if (!needed && !closed) {
            LockSupport.parkNanos(this, PAUSE_NANOS); // on a small machine this thread could be most of the load
        }
    }

    /** Returns whether more messages may be pending. */
    private boolean announceSome() {
        for (int i = 0; i < MESSAGES_PER_TURN; i++) {
            IndexEntry entry;
            List<PendingWait> current;
            boolean isNew;
            synchronized (order) {
                entry = index.nextPending();
                if (entry == null) {
                    return false;
                }
                isNew = entry.sequence() > announced;
                announced = Math.max(announced, entry.sequence());
                current = waits.copy();
            }
            if (isNew || !closed) {
                loader.scan(entry);
            }
            if (isNew) {
                announce(entry, current);
            }
        }
        return true;
    }

    private void announce(IndexEntry entry, List<PendingWait> current) {
        subscriptions.announce(entry);
        for (PendingWait wait : current) {
            NamespaceEntry found = index.find(entry.id(), wait.request().namespace());
            if (found != null) {
                wait.offer(found);
            }
        }
    }

    /** Returns whether more messages may be too old. */
    private boolean pruneByAge(long now) {
        if (maxAge.isZero() || now - agesCheckedNanos < AGE_CHECK_INTERVAL_NANOS) {
            return false;
        }
        long before = System.currentTimeMillis() - maxAge.toMillis();
        boolean more = index.pruneReceivedBefore(before) < before;
        if (!more) {
            agesCheckedNanos = now;
        }
        return more;
    }

    /** Sleeps until there is something to do. */
    private void sleep(long now) {
        idle = true; // set before the checks, so that anything that happens from here on wakes this thread
        boolean pending = index.pendingCount() > 0;
        boolean needed = isNeeded();
        if (pending && !needed) {
            idle = false; // so that under load no arrival wakes this thread
        }
        if ((pending && needed) || subscriptions.hasEvents() || closed) {
            idle = false;
            return;
        }
        long nanos = pending ? ArrivalRate.WINDOW_NANOS : Long.MAX_VALUE;
        nanos = Math.min(nanos, subscriptions.nanosToCounts(now));
        nanos = Math.min(nanos, waits.nanosToTimeout(now));
        if (!maxAge.isZero()) {
            nanos = Math.min(nanos, AGE_CHECK_INTERVAL_NANOS);
        }
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
        idle = false;
    }
}
