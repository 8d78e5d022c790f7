// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived and was not taken yet, in order. One thread adds, others wait. Conditions are evaluated outside the
 * lock, so they may take their time. Any thread.
 */
final class Arrivals<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<T> waiting = new ArrayList<>();
    /** Counts additions, so that a wait knows whether there is something that it has not examined. */
    private long added;

    void add(T item) {
        lock.lock();
        try {
            waiting.add(item);
            added++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Removes the items that match and returns them. */
    List<T> removeIf(Predicate<? super T> unwanted) {
        lock.lock();
        try {
            List<T> removed = waiting.stream().filter(unwanted).toList();
            waiting.removeAll(removed);
            return removed;
        } finally {
            lock.unlock();
        }
    }

    /** The items that were not taken, the oldest first. */
    List<T> waiting() {
        lock.lock();
        try {
            return List.copyOf(waiting);
        } finally {
            lock.unlock();
        }
    }

    /** Takes the oldest item that is wanted; waits for it until {@code timeout} has passed, then returns null. */
    @Nullable
    T take(Duration timeout, Predicate<? super T> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Set<T> rejected = Collections.newSetFromMap(new IdentityHashMap<>());
        long examined = -1;
        while (awaitMoreThan(examined, deadline)) {
            List<T> candidates;
            lock.lock();
            try {
                candidates = List.copyOf(waiting);
                examined = added;
            } finally {
                lock.unlock();
            }
            for (T candidate : candidates) {
                if (rejected.add(candidate) && wanted.test(candidate) && remove(candidate)) {
                    return candidate;
                }
            }
        }
        return null;
    }

    /** Waits until this number of items is there. Returns whether it is, or false once {@code timeout} has passed. */
    boolean await(int count, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (waiting.size() < count) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitMoreThan(long examined, long deadline) throws InterruptedException {
        lock.lock();
        try {
            while (added <= examined) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean remove(T item) {
        lock.lock();
        try {
            return waiting.removeIf(other -> other == item);
        } finally {
            lock.unlock();
        }
    }
}
