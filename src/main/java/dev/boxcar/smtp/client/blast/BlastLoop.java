// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import dev.boxcar.async.EventLoop;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The connections of one thread, and what they came to. Confined to the loop thread, save the counters that are read
 * for progress.
 */
final class BlastLoop {
    /** Connections being opened at a time: more than a server's queue holds would be tried again after seconds. */
    private static final int MOST_OPENING = 64;

    private static final int ERRORS_IN_A_ROW = 100;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Blast.Plan plan;
    private final BlastScript script;
    private final LongConsumer latencies;
    private final Set<BlastConnection> chats = Collections.newSetFromMap(new IdentityHashMap<>());
    private final long share;
    private int toOpen;
    private int opening;
    private long left;
    private int errorsInARow;
    private boolean counting;
    private boolean stopping;
    private boolean ended;
    private long countedSinceNanos;
    private long lastSentNanos;
    private long countedNanos;
    private volatile long messages;
    private volatile long errors;
    private volatile String firstError = "";

    BlastLoop(
            EventLoop loop, Blast.Plan plan, BlastScript script, LongConsumer latencies, int connections, long share) {
        this.loop = loop;
        this.plan = plan;
        this.script = script;
        this.latencies = latencies;
        this.toOpen = connections;
        this.share = share;
        this.left = Long.MAX_VALUE;
    }

    EventLoop loop() {
        return loop;
    }

    Blast.Plan plan() {
        return plan;
    }

    BlastScript script() {
        return script;
    }

    /** Sends all, and returns when that is done. */
    void run() {
        if (plan.warmup().isZero()) {
            beginToCount();
        } else {
            loop.schedule(plan.warmup(), this::beginToCount);
        }
        loop.schedule(LOOK, this::lookForSilence);
        openMore();
        loop.serve();
    }

    private void beginToCount() {
        counting = true;
        countedSinceNanos = System.nanoTime();
        left = share;
        if (!plan.time().isZero()) {
            loop.schedule(plan.time(), this::stop);
        }
        openMore();
    }

    private void stop() {
        stopCounting();
        stopping = true;
        openMore();
    }

    private void stopCounting() {
        if (counting) {
            counting = false;
            long until = left > 0 || messages == 0 ? System.nanoTime() : lastSentNanos; // the parting does not count
            countedNanos = until - countedSinceNanos;
        }
    }

    private void lookForSilence() {
        long since = loop.turnNanos() - plan.patience().toNanos();
        for (BlastConnection chat : List.copyOf(chats)) {
            chat.checkSilence(since);
        }
        loop.schedule(LOOK, this::lookForSilence);
    }

    private void openMore() {
        while (toOpen > 0 && opening < MOST_OPENING && mayGoOn()) {
            toOpen--;
            opening++;
            var chat = new BlastConnection(this);
            chats.add(chat);
            chat.begin(plan.server());
        }
        if (chats.isEmpty() && !ended && !mayGoOn()) {
            ended = true;
            stopCounting();
            loop.close();
        }
    }

    private boolean mayGoOn() {
        return !stopping && left > 0 && errorsInARow < ERRORS_IN_A_ROW;
    }

    // what the connections tell

    /** A connection was greeted. */
    void opened() {
        opening--;
        openMore();
    }

    /** Whether one more message may be begun, on a connection that has sent some before or not; it is taken then. */
    boolean take(boolean another) {
        if (!mayGoOn() || (another && plan.reconnect())) {
            return false;
        }
        left--;
        return true;
    }

    /** A message was answered as it ought to be, so long after its first byte. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void sent(long nanos) {
        errorsInARow = 0;
        if (counting) {
            messages++;
            latencies.accept(nanos);
            if (left == 0) {
                lastSentNanos = System.nanoTime();
            }
        }
    }

    /** Something went wrong that costs so many messages. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void failed(String reason, long lost) {
        errorsInARow++;
        errors += lost;
        if (firstError.isEmpty()) {
            firstError = reason;
        }
    }

    /** A connection is over; another takes its place while there is something to send. */
    void ended(BlastConnection chat, boolean opened) {
        chats.remove(chat);
        opening -= opened ? 0 : 1;
        toOpen++;
        loop.execute(this::openMore); // not within its event: a server that is gone would fill the stack
    }

    // what came of it

    long messages() {
        return messages;
    }

    long errors() {
        return errors;
    }

    String firstError() {
        return firstError;
    }

    double seconds() {
        return countedNanos / 1e9;
    }
}
