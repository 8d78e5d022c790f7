// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of the envelopes that are being written, of all sessions together. A small envelope costs nothing here; what a larger
 * one takes beyond that is counted. Any thread, no locks.
 */
final class EnvelopeBudget {
    /** What every envelope may take without asking. */
    static final int FREE_OCTETS = 2 * 1024;

    private final AtomicLong left;

    EnvelopeBudget(long octets) {
        this.left = new AtomicLong(octets);
    }

    /** Takes so many octets; false when there are not so many. */
    boolean take(long octets) {
        if (octets == 0 || left.addAndGet(-octets) >= 0) {
            return true;
        }
        left.addAndGet(octets);
        return false;
    }

    void giveBack(long octets) {
        if (octets > 0) {
            left.addAndGet(octets);
        }
    }

    long octetsLeft() {
        return left.get();
    }
}
