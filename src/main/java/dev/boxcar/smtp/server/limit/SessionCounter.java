// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import java.time.Duration;

/**
 * Counts the open sessions of a server, up to a maximum, and can wait until none is open. Any thread; its lock is held
 * for a few instructions.
 */
public final class SessionCounter {
    private final int maxOpen;
    private int open;

    public SessionCounter(int maxOpen) {
        this.maxOpen = maxOpen;
    }

    /** Counts one more session; returns false if the maximum is reached. */
    public synchronized boolean tryOpen() {
        if (open >= maxOpen) {
            return false;
        }
        open++;
        return true;
    }

    /** A session that was counted has ended. */
    public synchronized void closed() {
        open--;
        if (open == 0) {
            notifyAll();
        }
    }

    public synchronized int open() {
        return open;
    }

    /** Waits until no session is open; returns false if {@code timeout} passes first. */
    public synchronized boolean awaitNone(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
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
