// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.IndexEntry;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.notify.InboxEvent.Arrived;
import dev.boxcar.sink.notify.InboxEvent.Counts;
import dev.boxcar.sink.notify.InboxEvent.Pruned;
import dev.boxcar.sink.notify.WaitResult.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inbox's own thread: looks into what has come, in commit order, tells those who wait and listen, and prunes by
 * age.
 *
 * <p>Where nobody waits or listens it leaves messages alone while more than {@value #FEW} come in
 * {@value #WINDOW_MILLIS} ms, a large one counting as many, and pauses often: under load the processor is the server's,
 * and whoever asks meanwhile looks into messages by himself.
 */
public final class Notifier implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final long WINDOW_MILLIS = 100; // longer than most pauses of the collector
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(WINDOW_MILLIS);
    private static final long FEW = 100;
    private static final long BYTES_THAT_COUNT_AS_ONE = 16 * 1024;
    private static final long BREATH_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long COUNTS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long AGES_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_NEWS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MESSAGES_A_TURN = 32;
    private static final int MOST_WAITING = 1000;
    private static final int MOST_LISTENING = 1000;

    private final MessageIndex index;
    private final FieldsLoader digests;
    private final Retention retention;
    private final Function<NamespaceEntry, @Nullable MessageSummary> summaries;
    private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<PendingWait> waits = new CopyOnWriteArrayList<>();
    private final AtomicLong droppedListeners = new AtomicLong();
    private final Thread thread = new Thread(this, "inbox");

    /** Guards events and pruned; taken within the index's lock. */
    private final Object lock = new Object();

    /**
     * Guards {@link #announced} and who is added to those who wait or listen; taken before the index's lock, never
     * within it.
     */
    private final Object order = new Object();

    private final ArrayDeque<Told> events = new ArrayDeque<>();
    private final HashMap<String, Long> pruned = new HashMap<>();
    private volatile boolean countsChanged;

    private final AtomicLong arrivals = new AtomicLong();
    private long comeBefore;
    private long windowBegan = System.nanoTime();
    private boolean few = true;
    /** The commit sequence up to which messages were shown to those who wait. */
    private long announced;

    private volatile boolean idle;
    private volatile boolean closed;
    private long countsTold = System.nanoTime() - COUNTS_NANOS;
    private long agesLooked = System.nanoTime() - AGES_NANOS;

    private record Told(String namespace, InboxEvent event) {}

    public Notifier(
            MessageIndex index,
            FieldsLoader digests,
            Retention retention,
            Function<NamespaceEntry, @Nullable MessageSummary> summaries) {
        this.index = index;
        this.digests = digests;
        this.retention = retention;
        this.summaries = summaries;
    }

    /** Begins; what came up to now was here before, and is no news. */
    public void start() {
        synchronized (order) {
            announced = index.view("").cursor();
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** A message of so many bytes has come. Costs next to nothing: the thread that commits says it. */
    public void arrived(long bytes) {
        arrivals.addAndGet(1 + bytes / BYTES_THAT_COUNT_AS_ONE);
        countsChanged();
    }

    /** A namespace has lost a message to the retention. Said under the index's lock. */
    public void pruned(String namespace) {
        if (!subscriptions.isEmpty()) {
            synchronized (lock) {
                pruned.merge(namespace, 1L, Long::sum);
            }
        }
        countsChanged();
    }

    /** Something else has happened. */
    public void happened(String namespace, InboxEvent event) {
        if (!subscriptions.isEmpty()) {
            synchronized (lock) {
                events.add(new Told(namespace, event));
            }
        }
        countsChanged();
    }

    private void countsChanged() {
        countsChanged = true;
        if (idle) {
            wake();
        }
    }

    private void wake() {
        idle = false;
        LockSupport.unpark(thread);
    }

    /** Begins to tell somebody, unless too many listen already. */
    public boolean listen(Subscription subscription) {
        if (subscriptions.size() >= MOST_LISTENING) {
            return false;
        }
        synchronized (order) { // what comes from here on is not announced before the listener is there
            subscription.since = index.view("").cursor();
            subscriptions.add(subscription);
        }
        MessageIndex.View view = index.view(subscription.namespace);
        subscription.tell(new Counts(view.total(), view.unread()));
        wake();
        return true;
    }

    /**
     * Begins to show what comes to one who waits; the commit sequence up to which he looks for himself, or -1 where too
     * many wait.
     */
    public long await(PendingWait waiting) {
        waits.removeIf(PendingWait::isOver);
        synchronized (order) {
            if (waits.size() >= MOST_WAITING || closed) {
                return -1;
            }
            waits.add(waiting);
            return announced;
        }
    }

    /** One who waits has looked for himself, and may have time to wait. */
    public void awaits() {
        wake();
    }

    public int waiting() {
        waits.removeIf(PendingWait::isOver);
        return waits.size();
    }

    public int listening() {
        subscriptions.removeIf(Subscription::isClosed);
        return subscriptions.size();
    }

    public long droppedListeners() {
        return droppedListeners.get();
    }

    /**
     * Ends the thread, once those who listen were told of all that has come; those who wait are told that it is over.
     */
    public void close() {
        synchronized (order) {
            closed = true;
        }
        wake();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waits.forEach(waiting -> waiting.fail(Outcome.CLOSED, "the inbox was closed"));
        waits.clear();
        subscriptions.forEach(Subscription::close);
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                turn();
            } catch (RuntimeException bug) {
                LOG.error("event=inbox-failed", bug);
            }
        }
        try {
            tellTheRest();
        } catch (RuntimeException bug) {
            LOG.error("event=inbox-failed", bug);
        }
    }

    private void tellTheRest() {
        long deadline = System.nanoTime() + LAST_NEWS_NANOS;
        while (!subscriptions.isEmpty() && System.nanoTime() - deadline < 0 && announceSome()) {
            // until all is told, or time is up
        }
        int untold = index.pendingCount();
        if (untold > 0 && !subscriptions.isEmpty()) {
            LOG.warn("event=not-announced messages={} cause=\"the inbox was closed\"", untold);
        }
    }

    private void turn() {
        long now = System.nanoTime();
        boolean asked = isAskedFor();
        boolean more = (asked || fewCome(now)) && announceSome();
        tell();
        expire(now);
        boolean tooOld = pruneByAge(now);
        if (!more && !tooOld) {
            sleep(now);
        } else if (!asked && !closed) {
            LockSupport.parkNanos(
                    this, BREATH_NANOS); // it may be this thread that makes it quiet, where there are few processors
        }
    }

    private boolean fewCome(long now) {
        if (now - windowBegan >= WINDOW_NANOS) {
            long come = arrivals.get();
            few = come - comeBefore <= FEW;
            comeBefore = come;
            windowBegan = now;
        }
        return few;
    }

    /** Whether somebody waits for what comes, or listens to it. */
    public boolean isAskedFor() {
        return !waits.isEmpty() || !subscriptions.isEmpty();
    }

    /** Whether there may be more. */
    private boolean announceSome() {
        for (int i = 0; i < MESSAGES_A_TURN; i++) {
            IndexEntry entry;
            List<PendingWait> asked;
            boolean news;
            synchronized (order) {
                entry = index.nextPending();
                if (entry == null) {
                    return false;
                }
                news = entry.sequence > announced;
                announced = Math.max(announced, entry.sequence);
                asked = List.copyOf(waits);
            }
            if (news || !closed) {
                digests.kept(entry);
            }
            if (news) {
                announce(entry, asked);
            }
        }
        return true;
    }

    private void announce(IndexEntry entry, List<PendingWait> asked) {
        for (Subscription subscription : subscriptions) {
            NamespaceEntry row =
                    entry.sequence > subscription.since ? index.find(entry.id, subscription.namespace) : null;
            MessageSummary summary = row == null ? null : summaries.apply(row);
            if (summary != null) {
                tell(subscription, new Arrived(summary));
            }
        }
        for (PendingWait waiting : asked) {
            NamespaceEntry row = index.find(entry.id, waiting.namespace);
            if (row != null) {
                waiting.offer(row, digests, index);
            }
        }
    }

    private void tell() {
        if (subscriptions.isEmpty()) {
            synchronized (lock) {
                events.clear();
                pruned.clear();
            }
            return;
        }
        var told = new ArrayList<Told>();
        synchronized (lock) {
            told.addAll(events);
            events.clear();
            pruned.forEach((namespace, messages) -> told.add(new Told(namespace, new Pruned(messages))));
            pruned.clear();
        }
        boolean counts = countsChanged && System.nanoTime() - countsTold >= COUNTS_NANOS;
        if (counts) {
            countsChanged = false; // before they are counted: what changes meanwhile is told again
        }
        Map<String, Counts> now = new HashMap<>();
        for (Subscription subscription : subscriptions) {
            for (Told one : told) {
                if (one.namespace().equals(subscription.namespace)) {
                    tell(subscription, one.event());
                }
            }
            if (counts) {
                tell(subscription, now.computeIfAbsent(subscription.namespace, this::counts));
            }
        }
        if (counts) {
            countsTold = System.nanoTime();
        }
    }

    private Counts counts(String namespace) {
        MessageIndex.View view = index.view(namespace);
        return new Counts(view.total(), view.unread());
    }

    private void tell(Subscription subscription, InboxEvent event) {
        if (!subscription.tell(event)) {
            droppedListeners.incrementAndGet();
            subscriptions.remove(subscription);
        }
    }

    private void expire(long now) {
        for (PendingWait waiting : waits) {
            if (waiting.deadlineNanos - now <= 0) {
                waiting.timeOut();
            }
        }
        waits.removeIf(PendingWait::isOver);
        subscriptions.removeIf(Subscription::isClosed);
    }

    /** Whether there may be more that is too old. */
    private boolean pruneByAge(long now) {
        if (retention.age().isZero() || now - agesLooked < AGES_NANOS) {
            return false;
        }
        long before = System.currentTimeMillis() - retention.age().toMillis();
        boolean more = index.pruneBefore(before) < before;
        if (!more) {
            agesLooked = now;
        }
        return more;
    }

    /** Sleeps until there is something to do. */
    private void sleep(long now) {
        idle = true; // before anything is looked at: what comes from here on wakes this thread
        boolean pending = index.pendingCount() > 0;
        boolean asked = isAskedFor();
        boolean busy = pending && asked;
        if (pending && !asked) {
            idle = false; // under load nobody wakes it
        }
        synchronized (lock) {
            busy |= !events.isEmpty() && !subscriptions.isEmpty();
        }
        if (busy || closed) {
            idle = false;
            return;
        }
        long nanos = pending ? WINDOW_NANOS : Long.MAX_VALUE;
        if (countsChanged && !subscriptions.isEmpty()) {
            nanos = Math.min(nanos, Math.max(1, countsTold + COUNTS_NANOS - now));
        }
        if (!retention.age().isZero()) {
            nanos = Math.min(nanos, AGES_NANOS);
        }
        for (PendingWait waiting : waits) {
            nanos = Math.min(nanos, Math.max(1, waiting.deadlineNanos - now));
        }
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
        idle = false;
    }
}
