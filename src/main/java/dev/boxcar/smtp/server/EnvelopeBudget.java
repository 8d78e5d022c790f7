// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of the envelopes that are being written, of all sessions together. A small envelope costs nothing
 * here; what a larger one takes beyond that is counted. Any thread, no locks.
 */
final class EnvelopeBudget {
    /** What every envelope may take without asking. */
    static final int FREE_BYTES = 2 * 1024;

    private final AtomicLong left;

    EnvelopeBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** Takes so many bytes; false when there are not so many. */
    boolean take(long bytes) {
        if (bytes == 0 || left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void giveBack(long bytes) {
        if (bytes > 0) {
            left.addAndGet(bytes);
        }
    }

    long bytesLeft() {
        return left.get();
    }
}
