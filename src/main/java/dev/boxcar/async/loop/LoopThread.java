// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.loop;

import org.jspecify.annotations.Nullable;

/**
 * The thread that a loop belongs to: the first thread that polled the loop, until that thread ends; then another one
 * may claim it. Any thread may call.
 */
public final class LoopThread {
    private final String loopName;
    private volatile @Nullable Thread owner;

    /** No thread owns the loop yet; the name is for error messages. */
    public LoopThread(String loopName) {
        this.loopName = loopName;
    }

    /** Makes the calling thread the owner if the loop is free. Returns whether the calling thread owns the loop now. */
    public synchronized boolean claim() {
        if (isCurrentOrFree()) {
            owner = Thread.currentThread();
        }
        return isCurrent();
    }

    /** Whether the calling thread is the owner, or may become it. */
    public boolean isCurrentOrFree() {
        Thread thread = owner;
        return thread == Thread.currentThread() || thread == null || !thread.isAlive();
    }

    /** Whether the calling thread is the owner. */
    public boolean isCurrent() {
        return owner == Thread.currentThread();
    }

    /**
     * Checks that the calling thread may use the loop.
     *
     * @throws IllegalStateException if the loop belongs to another thread
     */
    public void require() {
        if (!isCurrentOrFree()) {
            throw new IllegalStateException("loop " + loopName + " belongs to thread " + owner + "; use execute");
        }
    }
}
