// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.notify.WaitResult.Outcome;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The waits that are not answered yet, in the order in which they began. Any thread. */
final class PendingWaits {
    private static final int MAX_WAITS = 1000;

    private final CopyOnWriteArrayList<PendingWait> waits = new CopyOnWriteArrayList<>();

    boolean isEmpty() {
        return waits.isEmpty();
    }

    boolean isFull() {
        return waits.size() >= MAX_WAITS;
    }

    void add(PendingWait wait) {
        waits.add(wait);
    }

    List<PendingWait> copy() {
        return List.copyOf(waits);
    }

    int size() {
        removeAnswered();
        return waits.size();
    }

    void removeAnswered() {
        waits.removeIf(PendingWait::isAnswered);
    }

    void expire(long nowNanos) {
        for (PendingWait wait : waits) {
            if (wait.deadlineNanos() - nowNanos <= 0) {
                wait.timeOut();
            }
        }
        removeAnswered();
    }

    /** How long until the next wait times out; {@link Long#MAX_VALUE} if there are no waits. */
    long nanosToTimeout(long nowNanos) {
        long nanos = Long.MAX_VALUE;
        for (PendingWait wait : waits) {
            nanos = Math.min(nanos, Math.max(1, wait.deadlineNanos() - nowNanos));
        }
        return nanos;
    }

    void closeAll() {
        waits.forEach(wait -> wait.fail(Outcome.CLOSED, "the inbox was closed"));
        waits.clear();
    }
}
