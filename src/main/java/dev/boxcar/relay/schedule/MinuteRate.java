// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Allows a number of messages in any minute. Times are nanoseconds of the scheduler's loop. Confined to the scheduler's
 * loop.
 */
final class MinuteRate {
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    /** When the messages of the last minute were sent, at most as many as are allowed. */
    private final Deque<Long> sent = new ArrayDeque<>();

    /** How long to wait until the next message is allowed; 0 if it is allowed now. {@code maximum} 0: no limit. */
    long waitNanos(int maximum, long nowNanos) {
        if (maximum == 0) {
            sent.clear();
            return 0;
        }
        forgetBefore(nowNanos);
        return sent.size() < maximum ? 0 : sent.getFirst() + MINUTE_NANOS - nowNanos;
    }

    private void forgetBefore(long nowNanos) {
        while (!sent.isEmpty() && nowNanos - sent.getFirst() >= MINUTE_NANOS) {
            sent.remove();
        }
    }

    /** Whether a message of the last minute counts. */
    boolean isInUse(long nowNanos) {
        forgetBefore(nowNanos);
        return !sent.isEmpty();
    }

    /** Counts a message that is sent now. */
    void count(int maximum, long nowNanos) {
        if (maximum > 0) {
            sent.add(nowNanos);
        }
    }
}
