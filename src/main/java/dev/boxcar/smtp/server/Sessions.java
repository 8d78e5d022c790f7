// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import java.time.Duration;

/**
 * Counts the sessions that are open, and lets one wait until none is. Any thread; its lock is held for a few
 * instructions.
 */
final class Sessions {
    private final int most;
    private int open;

    Sessions(int most) {
        this.most = most;
    }

    /** Counts one more in, unless there are as many as may be. */
    synchronized boolean admit() {
        if (open >= most) {
            return false;
        }
        open++;
        return true;
    }

    synchronized void left() {
        open--;
        if (open == 0) {
            notifyAll();
        }
    }

    synchronized int open() {
        return open;
    }

    /** Waits until no session is open; false when {@code patience} ran out before. */
    synchronized boolean awaitNone(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (open > 0) {
            long leftMillis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }
}
