// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.SearchCandidate;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.notify.WaitResult.Outcome;
import dev.boxcar.sink.search.SearchTimeoutException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wait for messages. It is answered exactly once: on the thread that began it if enough messages were already there,
 * else on the notifier's thread. Any thread.
 *
 * <p>The notifier's thread serves all waits, so a regular expression gets at most {@value #MAX_EXAMINE_MILLIS} ms per
 * new message. A message that takes more than {@value #SLOW_EXAMINE_MILLIS} ms is slow. The wait fails once its slow
 * messages have taken {@value #MAX_SLOW_MILLIS} ms in total.
 */
public final class PendingWait {
    private static final Logger LOG = LoggerFactory.getLogger(PendingWait.class);

    private static final long MAX_EXAMINE_MILLIS = 200;
    private static final long SLOW_EXAMINE_MILLIS = 5;
    private static final long MAX_SLOW_MILLIS = 2000;

    private final WaitRequest request;
    private final long deadlineNanos;
    private final FieldsLoader loader;
    private final MessageIndex index;
    private final Consumer<WaitResult> onResult;

    /** Matching messages, oldest first. */
    private final ArrayList<NamespaceEntry> matches = new ArrayList<>();

    /** Matching messages that arrived while the earlier ones were still being examined. */
    private final ArrayList<NamespaceEntry> laterMatches = new ArrayList<>();

    /** The time left for slow messages. Confined to the notifier's thread. */
    private long slowNanosLeft = TimeUnit.MILLISECONDS.toNanos(MAX_SLOW_MILLIS);

    private boolean caughtUp;
    private boolean answered;

    PendingWait(WaitRequest request, FieldsLoader loader, MessageIndex index, Consumer<WaitResult> onResult) {
        this.request = request;
        this.deadlineNanos = System.nanoTime() + request.timeout().toNanos();
        this.loader = loader;
        this.index = index;
        this.onResult = onResult;
    }

    /** Ends the wait without an answer. */
    public void cancel() {
        synchronized (this) {
            answered = true;
        }
    }

    /** Whether the wait is answered or cancelled. */
    boolean isAnswered() {
        synchronized (this) {
            return answered;
        }
    }

    WaitRequest request() {
        return request;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Examines a message that has just arrived. On the notifier's thread. */
    void offer(NamespaceEntry entry) {
        long began = System.nanoTime();
        long maxNanos = Math.min(slowNanosLeft, TimeUnit.MILLISECONDS.toNanos(MAX_EXAMINE_MILLIS));
        var candidate = new SearchCandidate(loader, index, began + maxNanos);
        try {
            if (entry.message().sequence() > request.after() && request.query().matches(candidate.moveTo(entry))) {
                synchronized (this) {
                    (caughtUp ? matches : laterMatches).add(entry);
                }
                answerIfEnough();
            }
            chargeTime(System.nanoTime() - began);
        } catch (IOException | SearchTimeoutException e) {
            fail(Outcome.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** A query without a regular expression is always fast; if it seems slow, other threads had the processor. */
    private void chargeTime(long nanos) {
        if (request.query().hasRegex() && nanos > TimeUnit.MILLISECONDS.toNanos(SLOW_EXAMINE_MILLIS)) {
            slowNanosLeft -= nanos;
            if (slowNanosLeft <= 0) {
                fail(Outcome.FAILED, "the regular expression takes too long on these messages");
            }
        }
    }

    /** Examines a message that was there before the wait. Returns whether no more of them need to be examined. */
    boolean offerEarlier(NamespaceEntry entry, SearchCandidate candidate, int maxMatches) throws IOException {
        if (!request.query().matches(candidate.moveTo(entry))) {
            return false;
        }
        synchronized (this) {
            matches.add(entry);
            return answered || matches.size() >= maxMatches;
        }
    }

    /** All messages that were there before the wait have been examined. */
    void caughtUp() {
        synchronized (this) {
            if (matches.size() < request.count()) {
                matches.addAll(laterMatches); // not earlier: the cursor would skip messages that were not examined yet
            }
            laterMatches.clear();
            caughtUp = true;
        }
        answerIfEnough();
    }

    private void answerIfEnough() {
        List<NamespaceEntry> result;
        synchronized (this) {
            if (answered || !caughtUp || matches.size() < request.count()) {
                return;
            }
            answered = true;
            result = List.copyOf(matches);
        }
        answer(Outcome.MATCHED, result, "");
    }

    void timeOut() {
        fail(Outcome.TIMED_OUT, "");
    }

    void fail(Outcome outcome, String problem) {
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
        }
        answer(outcome, List.of(), problem);
    }

    private void answer(Outcome outcome, List<NamespaceEntry> entries, String problem) {
        List<MessageSummary> messages =
                entries.stream().map(loader::summary).filter(Objects::nonNull).toList();
        long cursor = entries.isEmpty()
                ? request.after()
                : entries.get(entries.size() - 1).message().sequence();
        try {
            onResult.accept(new WaitResult(outcome, messages, cursor, problem));
        } catch (RuntimeException bug) {
            LOG.error("event=wait-answer-failed", bug);
        }
    }
}
