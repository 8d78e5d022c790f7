// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived and was not taken yet, in order; beyond a maximum number, the oldest are dropped. Conditions are
 * evaluated outside the lock, so they may take their time. Any thread.
 */
final class Arrivals<T> {
    private record Entry<T>(Object key, T item) {}

    private final int maximum;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** By the number of the arrival, from 1 on. */
    private final TreeMap<Long, Entry<T>> waiting = new TreeMap<>();

    private final Map<Object, Long> numbers = new HashMap<>();
    private long lastNumber;

    Arrivals(int maximum) {
        this.maximum = maximum;
    }

    void add(Object key, T item) {
        lock.lock();
        try {
            waiting.put(++lastNumber, new Entry<>(key, item));
            numbers.put(key, lastNumber);
            if (waiting.size() > maximum) {
                removeNumber(waiting.firstKey());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Removes the item with this key, if it is still there. */
    void remove(Object key) {
        lock.lock();
        try {
            Long number = numbers.get(key);
            if (number != null) {
                removeNumber(number);
            }
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            waiting.clear();
            numbers.clear();
        } finally {
            lock.unlock();
        }
    }

    /** The number of items that were not taken. */
    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** The items that were not taken, the oldest first. */
    List<T> waiting() {
        lock.lock();
        try {
            return waiting.values().stream().map(Entry::item).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the oldest item that is wanted; waits for it until {@code timeout} has passed, then returns null. */
    @Nullable
    T take(Duration timeout, Predicate<? super T> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Map.Entry<Long, Entry<T>> candidate = next(0, deadline);
        while (candidate != null) {
            T item = candidate.getValue().item();
            if (wanted.test(item) && tryRemove(candidate.getKey())) {
                return item;
            }
            candidate = next(candidate.getKey(), deadline);
        }
        return null;
    }

    /** The oldest item after this number; waits for it until the deadline, then returns null. */
    private Map.@Nullable Entry<Long, Entry<T>> next(long number, long deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Map.Entry<Long, Entry<T>> next = waiting.higherEntry(number);
            while (next == null) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                changed.awaitNanos(left);
                next = waiting.higherEntry(number);
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until this number of items is there. Returns whether it is, or false once {@code timeout} has passed. */
    boolean await(int count, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
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

    private boolean tryRemove(long number) {
        lock.lock();
        try {
            return removeNumber(number);
        } finally {
            lock.unlock();
        }
    }

    /** Removes an item by its number; false if another thread was faster. The caller has the lock. */
    private boolean removeNumber(long number) {
        Entry<T> removed = waiting.remove(number);
        if (removed != null) {
            numbers.remove(removed.key());
        }
        return removed != null;
    }
}
