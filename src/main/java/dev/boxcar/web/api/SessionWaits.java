// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionPage;
import dev.boxcar.record.SessionSummary;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a session to begin or to change. Any thread. A thread of its own looks for the sessions
 * and ends the waits whose time is up; it exists while there are waits, and event loops only wake it.
 */
final class SessionWaits {
    private static final int MAX_WAITS = 1000;
    private static final long IDLE_SECONDS = 10;

    private final Recorder recorder;
    private final List<Wait> waits = new CopyOnWriteArrayList<>();
    private final Runnable changeListener = this::sessionsChanged;
    private final AtomicBoolean checkIsDue = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread;

    SessionWaits(Recorder recorder) {
        this.recorder = recorder;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            var daemon = new Thread(task, "boxcar-session-waits");
            daemon.setDaemon(true);
            return daemon;
        });
        thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setRemoveOnCancelPolicy(true);
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // once it is closed
        recorder.onChange(changeListener);
    }

    /** One request that waits. */
    final class Wait {
        private final int limit;
        private final Predicate<SessionSummary> filter;
        private final Consumer<SessionPage> onResult;
        private final AtomicBoolean ended = new AtomicBoolean();
        /** No session matches that changed before. Confined to the thread, once the wait is in the list. */
        private long after;

        private @Nullable Future<?> timer;

        private Wait(long after, int limit, Predicate<SessionSummary> filter, Consumer<SessionPage> onResult) {
            this.after = after;
            this.limit = limit;
            this.filter = filter;
            this.onResult = onResult;
        }

        private void check() {
            SessionPage page = recorder.changedAfter(after, limit, filter);
            after = page.cursor();
            if (!page.sessions().isEmpty()) {
                end(page);
            }
        }

        private void timeOut() {
            end(recorder.changedAfter(after, limit, filter));
        }

        private void end(SessionPage page) {
            if (cancel()) {
                onResult.accept(page);
            }
        }

        /** Ends the wait without a result; returns false if it had ended before. */
        boolean cancel() {
            boolean first = ended.compareAndSet(false, true);
            if (first) {
                waits.remove(this);
                stop(timer);
            }
            return first;
        }

        private static void stop(@Nullable Future<?> timer) {
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }

    /**
     * Waits until a session matches that changed after {@code after}. {@code onResult} gets an empty page when the time
     * is up.
     *
     * @return null if there are too many waits
     */
    @Nullable
    Wait add(long after, int limit, Predicate<SessionSummary> filter, Duration time, Consumer<SessionPage> onResult) {
        if (waits.size() >= MAX_WAITS || thread.isShutdown()) {
            return null;
        }
        var wait = new Wait(after, limit, filter, onResult);
        wait.timer = thread.schedule(wait::timeOut, time.toNanos(), TimeUnit.NANOSECONDS);
        waits.add(wait);
        if (wait.ended.get()) {
            waits.remove(wait); // its time was up before it was added
        }
        checkSoon();
        return wait;
    }

    /** The number of requests that wait. */
    int size() {
        return waits.size();
    }

    private void sessionsChanged() {
        if (!waits.isEmpty()) {
            checkSoon();
        }
    }

    private void checkSoon() {
        if (checkIsDue.compareAndSet(false, true)) {
            thread.execute(() -> {
                checkIsDue.set(false);
                waits.forEach(Wait::check);
            });
        }
    }

    /** Ends all waits and the thread. */
    void close() {
        recorder.removeChangeListener(changeListener);
        thread.shutdownNow();
        waits.forEach(Wait::timeOut);
    }
}
