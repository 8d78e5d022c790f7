// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Generates ids, each greater than all ids before it, even when the clock steps back.
 *
 * <p>An id has 48 bits of time, 16 bits that count within the millisecond, and 64 random bits. If a millisecond needs
 * more than 65,536 ids, the further ids use the time of the next millisecond. Any thread; never waits.
 */
public final class UlidGenerator {
    private final LongSupplier clockMillis;
    private final AtomicLong lastHigh = new AtomicLong();

    /** A generator that reads the time from {@code clockMillis} (milliseconds since 1970). */
    public UlidGenerator(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
    }

    public Ulid next() {
        long now = clockMillis.getAsLong() << 16;
        long high = lastHigh.accumulateAndGet(now, (last, given) -> given > last ? given : last + 1);
        return new Ulid(high, ThreadLocalRandom.current().nextLong());
    }
}
