// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.web.http.HttpProblem;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Limits how many requests may do memory-intensive work at the same time. Other requests wait, and get a 503 after
 * {@value #MAX_WAIT_SECONDS} seconds. Any thread.
 */
final class ConcurrencyLimiter {
    private static final long MAX_WAIT_SECONDS = 10;

    private final Semaphore permits;

    /** Allows {@code maxConcurrent} requests at a time. */
    ConcurrencyLimiter(int maxConcurrent) {
        this.permits = new Semaphore(maxConcurrent, true);
    }

    /** Waits for a permit, which {@link #release} gives back. */
    void acquire() throws HttpProblem {
        try {
            if (permits.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new HttpProblem(503, "too many concurrent requests of this kind");
    }

    /** Gives back a permit. */
    void release() {
        permits.release();
    }
}
