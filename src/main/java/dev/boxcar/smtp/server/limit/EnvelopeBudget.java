// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the memory of the envelopes that all sessions are writing. The first {@link #FREE_BYTES} of each envelope do
 * not count. Any thread, no locks.
 */
public final class EnvelopeBudget {
    /** The bytes of each envelope that are not counted. */
    public static final int FREE_BYTES = 2 * 1024;

    private final AtomicLong left;

    public EnvelopeBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** Takes this many bytes; returns false, and takes none, if fewer are left. */
    public boolean take(long bytes) {
        if (bytes == 0 || left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    public void giveBack(long bytes) {
        if (bytes > 0) {
            left.addAndGet(bytes);
        }
    }

    public long bytesLeft() {
        return left.get();
    }
}
