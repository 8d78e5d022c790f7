// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.smtp.server.port.Fault;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes banners a little late that nothing else delays. In this time the server sees what a client has sent that does
 * not wait for the banner. If many sessions begin, only the first of them wait, so that a client which opens a
 * connection for each message is not slowed down. Any thread.
 */
final class BannerDelay {
    /** The most banners that are late in each tenth of a second. */
    static final int MAX_PER_WINDOW = 50;

    static final long WINDOW_NANOS = Duration.ofMillis(100).toNanos();
    private static final Fault LATE = Fault.NONE.withDelay(Duration.ofMillis(2));

    private final LongSupplier clock;
    private long windowStart;
    private int delayed;

    /** @param clock the time in nanoseconds */
    BannerDelay(LongSupplier clock) {
        this.clock = clock;
        this.windowStart = clock.getAsLong();
    }

    /** What happens to the banner of a session that begins now; null for nothing. */
    synchronized @Nullable Fault next() {
        long now = clock.getAsLong();
        if (now - windowStart >= WINDOW_NANOS) {
            windowStart = now;
            delayed = 0;
        }
        return delayed++ < MAX_PER_WINDOW ? LATE : null;
    }
}
