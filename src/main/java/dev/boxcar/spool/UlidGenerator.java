// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes ids, each greater than every one that it made before, also when the clock steps back.
 *
 * <p>48 bits of time, 16 bits that count within the millisecond, 64 bits by chance. More than 65,536 ids in a
 * millisecond borrow from the next one. Any thread; never waits.
 */
public final class UlidGenerator {
    private final LongSupplier clockMillis;
    private final AtomicLong last = new AtomicLong();

    /** A generator that tells time by {@code clockMillis} (milliseconds since 1970). */
    public UlidGenerator(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
    }

    /** The next id. */
    public Ulid next() {
        long now = clockMillis.getAsLong() << 16;
        long high = last.accumulateAndGet(now, (before, given) -> given > before ? given : before + 1);
        return new Ulid(high, ThreadLocalRandom.current().nextLong());
    }
}
