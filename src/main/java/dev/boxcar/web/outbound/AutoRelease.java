// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import dev.boxcar.smtp.client.TransactionResult.Outcome;
import dev.boxcar.smtp.client.TransactionResult.RecipientResult;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Releases messages without being asked, one at a time and in the order in which they arrive.
 *
 * <p>If the server cannot be reached or refuses recipients for the time being (4yz), the message is sent again to these
 * recipients, first after five seconds, then after four times the previous wait, with {@value #MAX_ATTEMPTS} attempts
 * in all, the last after about half an hour. Meanwhile other messages are sent. A recipient that is refused permanently
 * (5yz) is not tried again. A message that was not accepted for all its recipients in the end is counted, logged, and
 * reported to the listener.
 *
 * <p>At most {@value #MAX_QUEUED} messages wait, including those for their next attempt. Further ones are dropped,
 * counted, logged and reported. {@link #release} may be called on any thread and never blocks. Everything else runs on
 * one thread of its own.
 */
public final class AutoRelease implements AutoCloseable {
    static final int MAX_QUEUED = 10_000;
    static final int MAX_ATTEMPTS = 6;

    private static final Logger LOG = LoggerFactory.getLogger(AutoRelease.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final int WAIT_FACTOR = 4;
    /** How long {@link #close} waits for queued messages. */
    private static final long CLOSE_SECONDS = 3;

    private final String name;
    private final MessageRelease server;
    private final Messages messages;
    private final Duration firstWait;
    private final ScheduledThreadPoolExecutor thread;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong released = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile Consumer<Ulid> failureListener = id -> {};

    /** Finds stored messages. */
    @FunctionalInterface
    public interface Messages {
        /** The message with this id, or null if it was deleted. */
        @Nullable
        SpoolRecord find(Ulid id) throws IOException;
    }

    /**
     * A message on its way.
     *
     * @param recipients those that the server has neither accepted nor refused permanently
     * @param refused a line for each recipient that was refused permanently
     * @param attempts how often the message was sent
     * @param nextWait the time from the next attempt to the one after it
     */
    private record Pending(Ulid id, List<Mailbox> recipients, List<String> refused, int attempts, Duration nextWait) {
        Pending after(List<RecipientResult> results) {
            var remaining = new ArrayList<Mailbox>();
            var refusals = new ArrayList<>(refused);
            for (int i = 0; i < recipients.size(); i++) {
                Outcome outcome = results.get(i).outcome();
                if (outcome == Outcome.REFUSED) {
                    refusals.addAll(MessageRelease.problems(List.of(results.get(i))));
                } else if (outcome != Outcome.ACCEPTED) {
                    remaining.add(recipients.get(i));
                }
            }
            return new Pending(id, remaining, refusals, attempts + 1, nextWait.multipliedBy(WAIT_FACTOR));
        }
    }

    /** Releases to {@code server}; {@code name} stands in the log. */
    public AutoRelease(String name, MessageRelease server, Messages messages) {
        this(name, server, messages, FIRST_WAIT);
    }

    /** Like the other constructor, with another wait before the second attempt. */
    public AutoRelease(String name, MessageRelease server, Messages messages, Duration firstWait) {
        this.name = name;
        this.server = server;
        this.messages = messages;
        this.firstWait = firstWait;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            var daemon = new Thread(task, "boxcar-" + name);
            daemon.setDaemon(true);
            return daemon;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Reports each message that was given up to {@code listener}, on any thread. Messages that are given up because the
     * release is closed are not reported.
     */
    public void onFailure(Consumer<Ulid> listener) {
        failureListener = listener;
    }

    /** Queues a message for the recipients that the server's rules permit. Does nothing if there are none. */
    public void release(Ulid id, List<Mailbox> recipients) {
        List<Mailbox> permitted = recipients.stream()
                .distinct()
                .filter(mailbox -> server.isAllowed(mailbox) && !server.isBlocked(mailbox))
                .toList();
        if (permitted.isEmpty()) {
            return;
        }
        if (waiting.incrementAndGet() > MAX_QUEUED) {
            fail(id, "the queue is full");
        } else {
            schedule(new Pending(id, permitted, List.of(), 0, firstWait), Duration.ZERO);
        }
    }

    private void schedule(Pending pending, Duration wait) {
        try {
            var unused = thread.schedule(() -> send(pending), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            fail(pending.id(), "closed before it was sent");
        }
    }

    private void send(Pending pending) {
        try {
            SpoolRecord record = messages.find(pending.id());
            if (record == null) {
                waiting.decrementAndGet(); // deleted in the meantime
                return;
            }
            List<RecipientResult> results = server.deliver(record, pending.recipients());
            judge(pending.after(results), pending.nextWait(), results);
        } catch (IOException e) {
            fail(pending.id(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("{} id={} failed", name, pending.id(), e);
            giveUp(pending.id());
        }
    }

    /** Decides after an attempt whether there will be another after {@code wait}. */
    private void judge(Pending pending, Duration wait, List<RecipientResult> results) {
        if (!pending.recipients().isEmpty() && pending.attempts() < MAX_ATTEMPTS) {
            LOG.warn(
                    "{} id={} server={} attempt={} deferred retry-in={} reason=\"{}\"",
                    name,
                    pending.id(),
                    server.server(),
                    pending.attempts(),
                    wait,
                    String.join("; ", MessageRelease.problems(results)));
            schedule(pending, wait);
        } else if (pending.recipients().isEmpty() && pending.refused().isEmpty()) {
            waiting.decrementAndGet();
            released.incrementAndGet();
            LOG.info("{} id={} server={} recipients={}", name, pending.id(), server.server(), results.size());
        } else {
            var problems = new ArrayList<>(pending.refused());
            MessageRelease.problems(results).stream()
                    .filter(problem -> !problems.contains(problem))
                    .forEach(problems::add);
            fail(pending.id(), String.join("; ", problems));
        }
    }

    private void fail(Ulid id, String reason) {
        LOG.warn("{} id={} server={} failed reason=\"{}\"", name, id, server.server(), reason);
        giveUp(id);
    }

    private void giveUp(Ulid id) {
        waiting.decrementAndGet();
        failed.incrementAndGet();
        if (thread.isShutdown()) {
            return;
        }
        try {
            failureListener.accept(id);
        } catch (RuntimeException e) {
            LOG.error("{} id={} failure not reported", name, id, e);
        }
    }

    /** The number of messages that the server has accepted for all recipients. */
    public long released() {
        return released.get();
    }

    /** The number of messages that were dropped, or not accepted for all recipients. */
    public long failed() {
        return failed.get();
    }

    /** Takes no more messages, and waits a moment for the queued ones. Does not wait for those to be sent again. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int remaining = waiting.get();
        if (remaining > 0) {
            LOG.warn("{} dropped={} reason=\"closed before they were sent\"", name, remaining);
        }
    }
}
