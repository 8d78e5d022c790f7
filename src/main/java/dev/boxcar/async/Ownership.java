// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import org.jspecify.annotations.Nullable;

/** To which thread a loop belongs: the one that turned it first, until that one has ended. Any thread. */
final class Ownership {
    private volatile @Nullable Thread owner;

    /** Makes the calling thread the owner if it may be; whether it is now. */
    synchronized boolean claim() {
        if (isMine()) {
            owner = Thread.currentThread();
        }
        return owner == Thread.currentThread();
    }

    /** Whether the calling thread is the owner, or may become it. */
    boolean isMine() {
        Thread thread = owner;
        return thread == Thread.currentThread() || thread == null || !thread.isAlive();
    }

    /** Whether the calling thread is the owner. */
    boolean isOwner() {
        return owner == Thread.currentThread();
    }

    @Override
    public String toString() {
        return String.valueOf(owner);
    }
}
