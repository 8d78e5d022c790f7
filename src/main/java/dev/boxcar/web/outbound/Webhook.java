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
 * Tells one address of every message by a POST of its own, in order, one at a time.
 *
 * <p>A POST that is not answered with a status of 200 to 299 is repeated, at first after a second, then after twice the
 * time before, up to a minute, {@value #MOST_TRIES} times in all. At most {@value #MOST_WAITING} wait, and at most
 * {@value #MOST_WAITING_CHARACTERS} characters of them: one that finds no room, one whose tries are used up, and one
 * that the end comes before, is dropped, counted and logged. {@link #post} may be called on any thread and never
 * blocks; all else happens on one thread of its own.
 */
public final class Webhook implements AutoCloseable {
    static final int MOST_WAITING = 10_000;
    static final int MOST_WAITING_CHARACTERS = 16 * 1024 * 1024;
    static final int MOST_TRIES = 12;

    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    /** How long the end waits for those that wait. */
    private static final Duration LAST_POSTS = Duration.ofSeconds(3);

    private final URI address;
    private final Duration firstWait;
    private final HttpClient client;
    private final ScheduledExecutorService thread;
    /** Guards itself and what stands below. */
    private final Deque<String> waiting = new ArrayDeque<>();

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private long waitingCharacters;
    private boolean busy;
    private boolean ended;

    /** A webhook that waits a second before the first repetition. */
    public static Webhook to(URI address) {
        return new Webhook(address, Duration.ofSeconds(1));
    }

    Webhook(URI address, Duration firstWait) {
        this.address = address;
        this.firstWait = firstWait;
        this.client = HttpClient.newBuilder().connectTimeout(ANSWER).build();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            var daemon = new Thread(task, "boxcar-webhook");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /** Takes a JSON value to be posted. */
    public void post(String json) {
        String problem;
        synchronized (waiting) {
            problem = problem(json);
            if (problem.isEmpty()) {
                waiting.add(json);
                waitingCharacters += json.length();
                if (busy) {
                    return;
                }
                busy = true;
            }
        }
        if (problem.isEmpty()) {
            goOn();
        } else {
            drop(problem);
        }
    }

    /** Why it cannot be taken; empty where it can. One that is longer than all may be is taken when no other waits. */
    private String problem(String json) {
        if (ended) {
            return "it has ended";
        }
        boolean tooLong = !waiting.isEmpty() && waitingCharacters + json.length() > MOST_WAITING_CHARACTERS;
        return waiting.size() == MOST_WAITING || tooLong ? "the queue is full" : "";
    }

    private void next() {
        String json;
        synchronized (waiting) {
            json = waiting.poll();
            busy = json != null;
            if (json == null) {
                waiting.notifyAll();
                return;
            }
            waitingCharacters -= json.length();
        }
        attempt(json, 1, firstWait);
    }

    private void attempt(String json, int tries, Duration wait) {
        String reason = refusal(json);
        if (reason.isEmpty()) {
            delivered.incrementAndGet();
        } else if (tries < MOST_TRIES) {
            LOG.debug("webhook={} answered {}; again in {}", address, reason, wait);
            Duration longer = wait.multipliedBy(2);
            Duration nextWait = longer.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : longer;
            again(() -> attempt(json, tries + 1, nextWait), wait);
            return;
        } else {
            drop(reason);
        }
        goOn();
    }

    private void again(Runnable attempt, Duration wait) {
        try {
            var unused = thread.schedule(attempt, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("webhook={} has ended", address);
        }
    }

    private void goOn() {
        try {
            thread.execute(this::next);
        } catch (RejectedExecutionException e) {
            LOG.debug("webhook={} has ended", address);
        }
    }

    /** Why the POST was not taken; empty where it was. */
    private String refusal(String json) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address)
                    .timeout(ANSWER)
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

    /** How many POSTs were taken. */
    public long delivered() {
        return delivered.get();
    }

    /** How many were given up. */
    public long dropped() {
        return dropped.get();
    }

    /** How many wait for their turn. */
    public int waiting() {
        synchronized (waiting) {
            return waiting.size() + (busy ? 1 : 0);
        }
    }

    /** Takes no more, gives what waits a moment to be posted, and ends; what then still waits is counted as dropped. */
    @Override
    public void close() {
        int left;
        synchronized (waiting) {
            ended = true;
            awaitLastPosts();
            left = waiting();
            waiting.clear();
            busy = false;
        }
        thread.shutdownNow();
        if (left > 0) {
            dropped.addAndGet(left);
            LOG.warn("webhook={} dropped={} reason=\"ended before they were posted\"", address, left);
        }
    }

    /** Holding the lock of {@link #waiting}, but while it waits. */
    private void awaitLastPosts() {
        long deadline = System.nanoTime() + LAST_POSTS.toNanos();
        try {
            for (long left = LAST_POSTS.toNanos(); busy && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(waiting, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
