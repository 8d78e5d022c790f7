// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.web.http.HttpProblem;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many at a time do what takes much memory; others wait their turn, and are answered 503 where it does not
 * come. Any thread.
 */
final class ConcurrencyLimiter {
    private static final long LONGEST_SECONDS = 10;

    private final Semaphore free;

    /** This many at a time. */
    ConcurrencyLimiter(int most) {
        this.free = new Semaphore(most, true);
    }

    /** Begins a turn; {@link #leave} ends it. */
    void take() throws HttpProblem {
        try {
            if (free.tryAcquire(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new HttpProblem(503, "too many of these at a time");
    }

    /** Ends a turn that was taken. */
    void leave() {
        free.release();
    }
}
