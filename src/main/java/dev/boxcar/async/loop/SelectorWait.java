// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.loop;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Waits for channels to become ready: sleeps in the selector, and can check it repeatedly (spin) for a while before
 * that. Confined to the loop thread.
 */
public final class SelectorWait {
    /** Waits without a time limit. */
    public static final long FOREVER = Long.MAX_VALUE;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Selector selector;
    private final LongSupplier clock;
    private final Consumer<SelectionKey> ready;
    private final BooleanSupplier hasWork;
    private long spinNanos;

    /**
     * Waits on {@code selector}. Every ready key is passed to {@code ready}; spinning stops early when {@code hasWork}
     * says that there is something else to do.
     */
    public SelectorWait(Selector selector, LongSupplier clock, Consumer<SelectionKey> ready, BooleanSupplier hasWork) {
        this.selector = selector;
        this.clock = clock;
        this.ready = ready;
        this.hasWork = hasWork;
    }

    /** Spins for at most this time before each sleep; 0 sleeps immediately. */
    public void setSpinNanos(long nanos) {
        spinNanos = nanos;
    }

    /** Waits until a channel is ready, the selector is woken, or {@code waitNanos} have passed; 0 does not wait. */
    public void await(long waitNanos) throws IOException {
        if (waitNanos <= 0) {
            selector.selectNow(ready);
        } else if (!foundBySpinning(Math.min(spinNanos, waitNanos))) {
            sleep(waitNanos);
        }
    }

    private boolean foundBySpinning(long nanos) throws IOException {
        long startNanos = nanos == 0 ? 0 : clock.getAsLong();
        for (long spentNanos = 0; spentNanos < nanos; spentNanos = clock.getAsLong() - startNanos) {
            if (selector.selectNow(ready) > 0 || hasWork.getAsBoolean()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Sleeps for the rest of the wait, after the time spent on spinning. */
    private void sleep(long waitNanos) throws IOException {
        long leftNanos = waitNanos == FOREVER ? FOREVER : waitNanos - spinNanos;
        if (leftNanos == FOREVER) {
            selector.select(ready);
        } else if (leftNanos > 0) {
            selector.select(ready, Math.max(1, (leftNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI));
        }
    }
}
