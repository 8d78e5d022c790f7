// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import dev.boxcar.async.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The connections of one thread, and their results. Confined to the loop thread, except the counters, which other
 * threads read to show progress.
 */
final class BlastLoop implements BlastConnection.Owner {
    /**
     * How many connections are opened at a time. With more, the server's backlog overflows, and TCP retries only after
     * seconds.
     */
    private static final int MAX_OPENING = 64;

    private static final int MAX_ERRORS_IN_A_ROW = 100;
    private static final Duration TIMEOUT_CHECK_INTERVAL = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final InetSocketAddress server;
    private final BlastPlan plan;
    private final BlastScript script;
    private final LongConsumer latencies;
    private final Set<BlastConnection> connections = Collections.newSetFromMap(new IdentityHashMap<>());
    private final long messagesToCount;
    private int toOpen;
    private int opening;
    private long remaining;
    private int errorsInARow;
    private boolean counting;
    private boolean stopping;
    private boolean ended;
    private long countedSinceNanos;
    private long lastReplyNanos;
    private long countedNanos;
    private volatile long messages;
    private volatile long errors;
    private volatile String firstError = "";

    BlastLoop(
            EventLoop loop,
            InetSocketAddress server,
            BlastPlan plan,
            BlastScript script,
            LongConsumer latencies,
            int connections,
            long messagesToCount) {
        this.loop = loop;
        this.server = server;
        this.plan = plan;
        this.script = script;
        this.latencies = latencies;
        this.toOpen = connections;
        this.messagesToCount = messagesToCount;
        this.remaining = Long.MAX_VALUE;
    }

    int messageBytes() {
        return script.messageBytes;
    }

    /** Sends the messages of this thread, and returns when the load has ended. */
    void run() {
        if (plan.warmup().isZero()) {
            startCounting();
        } else {
            loop.schedule(plan.warmup(), this::startCounting);
        }
        loop.schedule(TIMEOUT_CHECK_INTERVAL, this::checkTimeouts);
        openMore();
        loop.serve();
    }

    private void startCounting() {
        counting = true;
        countedSinceNanos = System.nanoTime();
        remaining = messagesToCount;
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
            boolean stoppedEarly = remaining > 0 || messages == 0;
            long until = stoppedEarly ? System.nanoTime() : lastReplyNanos; // QUIT and its reply do not count
            countedNanos = until - countedSinceNanos;
        }
    }

    private void checkTimeouts() {
        long since = loop.turnNanos() - plan.timeout().toNanos();
        for (BlastConnection connection : List.copyOf(connections)) {
            connection.checkTimeout(since);
        }
        loop.schedule(TIMEOUT_CHECK_INTERVAL, this::checkTimeouts);
    }

    private void openMore() {
        // each connection that opens takes a message, so that more than remain would open in vain
        while (toOpen > 0 && opening < Math.min(MAX_OPENING, remaining) && mayContinue()) {
            toOpen--;
            opening++;
            var connection = new BlastConnection(loop, plan, script, this);
            connections.add(connection);
            connection.open(server);
        }
        if (connections.isEmpty() && !ended && !mayContinue()) {
            ended = true;
            stopCounting();
            loop.close();
        }
    }

    private boolean mayContinue() {
        return !stopping && remaining > 0 && errorsInARow < MAX_ERRORS_IN_A_ROW;
    }

    @Override
    public void opened() {
        opening--;
        openMore();
    }

    @Override
    public boolean takeMessage(boolean first) {
        if (!mayContinue() || (!first && plan.reconnect())) {
            return false;
        }
        remaining--;
        return true;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // only one thread writes
    public void succeeded(long nanos) {
        errorsInARow = 0;
        if (counting) {
            messages++;
            latencies.accept(nanos);
            if (remaining == 0) {
                lastReplyNanos = System.nanoTime();
            }
        }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // only one thread writes
    public void failed(String reason, long lostMessages) {
        errorsInARow++;
        errors += lostMessages;
        if (firstError.isEmpty()) {
            firstError = reason;
        }
    }

    @Override
    public void ended(BlastConnection connection, boolean opened) {
        connections.remove(connection);
        opening -= opened ? 0 : 1;
        toOpen++;
        // not within this event: if the server is gone, each failed connection would open the next one recursively
        loop.execute(this::openMore);
    }

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
