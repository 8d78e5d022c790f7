// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the reports to each sender per hour. A program that sends thousands of messages to wrong addresses gets a few
 * reports, and then collected ones. Times are nanoseconds of the scheduler's loop. Confined to the scheduler's loop.
 */
final class ReportLimiter {
    /** How many reports a sender gets per hour. */
    static final int MAX_PER_HOUR = 50;

    private static final Duration HOUR = Duration.ofHours(1);

    /** Oldest first. */
    private final Map<String, SenderHour> senders = new LinkedHashMap<>();

    private static final class SenderHour {
        final long startedNanos;
        int reports;

        SenderHour(long startedNanos) {
            this.startedNanos = startedNanos;
        }

        Duration left(long nowNanos) {
            return HOUR.minusNanos(nowNanos - startedNanos);
        }
    }

    /** Counts reports to a sender. Returns zero if it may have them now; otherwise how long they have to wait. */
    Duration admit(String sender, int reports, long nowNanos) {
        removeOld(nowNanos);
        SenderHour hour = senders.computeIfAbsent(sender, unknown -> new SenderHour(nowNanos));
        if (hour.reports + reports > MAX_PER_HOUR) {
            return hour.left(nowNanos);
        }
        hour.reports += reports;
        return Duration.ZERO;
    }

    private void removeOld(long nowNanos) {
        var all = senders.values().iterator();
        while (all.hasNext() && all.next().left(nowNanos).compareTo(Duration.ZERO) <= 0) {
            all.remove();
        }
    }
}
