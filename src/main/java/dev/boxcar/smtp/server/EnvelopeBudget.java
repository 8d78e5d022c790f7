// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of the envelopes that are being written, of all sessions together. A small envelope costs nothing here; a growing
 * one takes shares. Any thread, no locks.
 */
final class EnvelopeBudget {
    /** What every transaction may have without asking, and by how much it then asks for more. */
    static final int SHARE_OCTETS = 16 * 1024;

    private final AtomicLong left;

    EnvelopeBudget(long octets) {
        this.left = new AtomicLong(octets);
    }

    /** Takes one more share; false when there is none. */
    boolean takeShare() {
        if (left.addAndGet(-SHARE_OCTETS) >= 0) {
            return true;
        }
        left.addAndGet(SHARE_OCTETS);
        return false;
    }

    void giveBack(int shares) {
        if (shares > 0) {
            left.addAndGet((long) shares * SHARE_OCTETS);
        }
    }

    long octetsLeft() {
        return left.get();
    }
}
