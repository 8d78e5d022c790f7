// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.index.FieldsLoader;
import dev.boxcar.sink.index.MessageIndex;
import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.SearchCandidate;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.notify.WaitResult.Outcome;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.SearchTimeoutException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who waits for messages. It is answered exactly once: on the thread that began it, where enough was announced
 * before, else on the inbox's thread. Any thread.
 *
 * <p>The inbox's thread is everybody's: an expression has {@value #LONGEST_LOOK_MILLIS} ms for a message that comes,
 * and once its looks of more than {@value #SLOW_LOOK_MILLIS} ms have taken {@value #MOST_SLOW_MILLIS} ms in all, the
 * wait fails.
 */
public final class PendingWait {
    private static final Logger LOG = LoggerFactory.getLogger(PendingWait.class);

    private static final long LONGEST_LOOK_MILLIS = 200;
    private static final long SLOW_LOOK_MILLIS = 5;
    private static final long MOST_SLOW_MILLIS = 2000;

    final String namespace;
    final long after;
    public final int count;
    final long deadlineNanos;
    private final Query query;
    private final Function<NamespaceEntry, @Nullable MessageSummary> summaries;
    private final Consumer<WaitResult> answer;
    private final ArrayList<NamespaceEntry> found = new ArrayList<>();
    /** Those that came while the earlier ones were still looked through. */
    private final ArrayList<NamespaceEntry> later = new ArrayList<>();

    /** What slow looks have left; the inbox's thread alone. */
    private long slowNanosLeft = TimeUnit.MILLISECONDS.toNanos(MOST_SLOW_MILLIS);

    private boolean caughtUp;
    private boolean over;

    public PendingWait(
            String namespace,
            Query query,
            long after,
            int count,
            long deadlineNanos,
            Function<NamespaceEntry, @Nullable MessageSummary> summaries,
            Consumer<WaitResult> answer) {
        this.namespace = namespace;
        this.query = query;
        this.after = after;
        this.count = count;
        this.deadlineNanos = deadlineNanos;
        this.summaries = summaries;
        this.answer = answer;
    }

    /** Waits no longer; it is not answered any more. */
    public void cancel() {
        synchronized (this) {
            over = true;
        }
    }

    boolean isOver() {
        synchronized (this) {
            return over;
        }
    }

    /** Looks at a message that has just come. On the inbox's thread. */
    void offer(NamespaceEntry row, FieldsLoader digests, MessageIndex index) {
        long began = System.nanoTime();
        long most = Math.min(slowNanosLeft, TimeUnit.MILLISECONDS.toNanos(LONGEST_LOOK_MILLIS));
        try {
            if (row.entry.sequence > after
                    && query.matches(new SearchCandidate(digests, index, began + most).at(row))) {
                synchronized (this) {
                    (caughtUp ? found : later).add(row);
                }
                answerIfEnough();
            }
            spent(System.nanoTime() - began);
        } catch (IOException | SearchTimeoutException e) {
            fail(Outcome.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Of a query without an expression no look takes long; what seems to is another thread's turn. */
    private void spent(long nanos) {
        if (query.hasExpression() && nanos > TimeUnit.MILLISECONDS.toNanos(SLOW_LOOK_MILLIS)) {
            slowNanosLeft -= nanos;
            if (slowNanosLeft <= 0) {
                fail(Outcome.FAILED, "the regular expression takes too long on these messages");
            }
        }
    }

    /** Looks at a message that was there before; whether that is enough to look at. */
    public boolean offerEarlier(NamespaceEntry row, SearchCandidate look, int most) throws IOException {
        if (!query.matches(look.at(row))) {
            return false;
        }
        synchronized (this) {
            found.add(row);
            return over || found.size() >= most;
        }
    }

    /** All that was there before was looked at. */
    public void caughtUp() {
        synchronized (this) {
            if (found.size() < count) {
                found.addAll(later); // else the cursor would step over those that were not looked at
            }
            later.clear();
            caughtUp = true;
        }
        answerIfEnough();
    }

    private void answerIfEnough() {
        List<NamespaceEntry> enough;
        synchronized (this) {
            if (over || !caughtUp || found.size() < count) {
                return;
            }
            over = true;
            enough = List.copyOf(found);
        }
        answer(Outcome.MATCHED, enough, "");
    }

    void timeOut() {
        fail(Outcome.TIMED_OUT, "");
    }

    public void fail(Outcome outcome, String problem) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        answer(outcome, List.of(), problem);
    }

    private void answer(Outcome outcome, List<NamespaceEntry> rows, String problem) {
        var messages = new ArrayList<MessageSummary>();
        for (NamespaceEntry row : rows) {
            MessageSummary summary = summaries.apply(row);
            if (summary != null) {
                messages.add(summary);
            }
        }
        long cursor = rows.isEmpty() ? after : rows.get(rows.size() - 1).entry.sequence;
        try {
            answer.accept(new WaitResult(outcome, List.copyOf(messages), cursor, problem));
        } catch (RuntimeException bug) {
            LOG.error("event=wait-answer-failed", bug);
        }
    }
}
