// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts every message to one URL, in order, one at a time.
 *
 * <p>A POST that does not get a status of 200 to 299 is retried, first after a second, then after twice the previous
 * wait, up to a minute, with {@value #MAX_ATTEMPTS} attempts in all. The queue holds at most {@value #MAX_QUEUED} posts
 * and {@value #MAX_QUEUED_CHARACTERS} characters. A post is dropped, counted and logged when the queue is full, when
 * its attempts are used up, or when the webhook is closed first. {@link #post} may be called on any thread and never
 * blocks. Everything else runs on one thread of its own.
 */
public final class Webhook implements AutoCloseable {
    static final int MAX_QUEUED = 10_000;
    static final int MAX_QUEUED_CHARACTERS = 16 * 1024 * 1024;
    static final int MAX_ATTEMPTS = 12;

    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final Duration MAX_RETRY_WAIT = Duration.ofMinutes(1);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(10);
    /** How long {@link #close} waits for queued posts. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final URI address;
    private final Duration firstWait;
    private final HttpClient client;
    private final ScheduledExecutorService thread;
    /** Also the lock for the fields below. */
    private final Deque<String> queued = new ArrayDeque<>();

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private long queuedCharacters;
    private boolean busy;
    private boolean closed;

    /** A webhook that waits one second before the first retry. */
    public static Webhook to(URI address) {
        return new Webhook(address, Duration.ofSeconds(1));
    }

    Webhook(URI address, Duration firstWait) {
        this.address = address;
        this.firstWait = firstWait;
        this.client = HttpClient.newBuilder().connectTimeout(RESPONSE_TIMEOUT).build();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            var daemon = new Thread(task, "boxcar-webhook");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /** Queues a JSON value to be posted. */
    public void post(String json) {
        String problem;
        synchronized (queued) {
            problem = problem(json);
            if (problem.isEmpty()) {
                queued.add(json);
                queuedCharacters += json.length();
                if (busy) {
                    return;
                }
                busy = true;
            }
        }
        if (problem.isEmpty()) {
            scheduleNext();
        } else {
            drop(problem);
        }
    }

    /** Why the value cannot be queued; empty if it can. A single value may be longer than the limit. */
    private String problem(String json) {
        if (closed) {
            return "the webhook is closed";
        }
        boolean tooLong = !queued.isEmpty() && queuedCharacters + json.length() > MAX_QUEUED_CHARACTERS;
        return queued.size() == MAX_QUEUED || tooLong ? "the queue is full" : "";
    }

    private void next() {
        String json;
        synchronized (queued) {
            json = queued.poll();
            busy = json != null;
            if (json == null) {
                queued.notifyAll();
                return;
            }
            queuedCharacters -= json.length();
        }
        attempt(json, 1, firstWait);
    }

    private void attempt(String json, int attempt, Duration wait) {
        String reason = failure(json);
        if (reason.isEmpty()) {
            delivered.incrementAndGet();
        } else if (attempt < MAX_ATTEMPTS) {
            LOG.debug("webhook={} failed reason=\"{}\" retry-after={}", address, reason, wait);
            Duration longer = wait.multipliedBy(2);
            Duration nextWait = longer.compareTo(MAX_RETRY_WAIT) > 0 ? MAX_RETRY_WAIT : longer;
            schedule(() -> attempt(json, attempt + 1, nextWait), wait);
            return;
        } else {
            drop(reason);
        }
        scheduleNext();
    }

    private void schedule(Runnable attempt, Duration wait) {
        try {
            var unused = thread.schedule(attempt, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("webhook={} is closed", address);
        }
    }

    private void scheduleNext() {
        try {
            thread.execute(this::next);
        } catch (RejectedExecutionException e) {
            LOG.debug("webhook={} is closed", address);
        }
    }

    /** Why the POST failed; empty if it succeeded. */
    private String failure(String json) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address)
                    .timeout(RESPONSE_TIMEOUT)
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "Boxcar")
                    .POST(HttpRequest.BodyPublishers.ofString(json))
                    .build();
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status / 100 == 2 ? "" : "status " + status;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (java.io.IOException | IllegalArgumentException e) {
            return e.toString();
        }
    }

    private void drop(String reason) {
        long number = dropped.incrementAndGet();
        LOG.warn("webhook={} dropped={} reason=\"{}\"", address, number, reason);
    }

    /** The number of successful posts. */
    public long delivered() {
        return delivered.get();
    }

    /** The number of dropped posts. */
    public long dropped() {
        return dropped.get();
    }

    /** The number of posts that are queued or in progress. */
    public int waiting() {
        synchronized (queued) {
            return queued.size() + (busy ? 1 : 0);
        }
    }

    /** Accepts no more posts, and waits a moment for the queued ones. Posts that are left are counted as dropped. */
    @Override
    public void close() {
        int remaining;
        synchronized (queued) {
            closed = true;
            awaitQueue();
            remaining = waiting();
            queued.clear();
            busy = false;
        }
        thread.shutdownNow();
        if (remaining > 0) {
            dropped.addAndGet(remaining);
            LOG.warn("webhook={} dropped={} reason=\"closed before they were posted\"", address, remaining);
        }
    }

    /** Called with the lock held, which is released while this waits. */
    private void awaitQueue() {
        long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        try {
            for (long left = CLOSE_TIMEOUT.toNanos(); busy && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(queued, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
