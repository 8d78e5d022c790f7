// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Measures how many messages arrive. Any thread reports arrivals; one thread asks for the rate. */
final class ArrivalRate {
    /** The length of one measurement: longer than most pauses of the garbage collector. */
    static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The maximum number of messages per window at a low rate. */
    static final long MAX_LOW = 100;

    private static final long BYTES_PER_COUNT = 16 * 1024;

    private final AtomicLong arrivals = new AtomicLong();
    private long arrivalsBeforeWindow;
    private long windowBeganNanos = System.nanoTime();
    private boolean low = true;

    /** Counts a message; a large one counts as several. */
    void arrived(long bytes) {
        arrivals.addAndGet(1 + bytes / BYTES_PER_COUNT);
    }

    /** Whether the rate was low in the last complete window. */
    boolean isLow(long nowNanos) {
        if (nowNanos - windowBeganNanos >= WINDOW_NANOS) {
            long count = arrivals.get();
            low = count - arrivalsBeforeWindow <= MAX_LOW;
            arrivalsBeforeWindow = count;
            windowBeganNanos = nowNanos;
        }
        return low;
    }
}
