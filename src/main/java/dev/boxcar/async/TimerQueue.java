// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.loop.LoopThread;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a loop: a binary heap with the earliest timer first. Each timer knows its index, so that a cancelled
 * timer is removed immediately and does not keep its session in memory until it would have been due.
 *
 * <p>Confined to the loop thread.
 */
final class TimerQueue {
    private static final int INITIAL_CAPACITY = 16;

    private final LoopThread thread;
    private final LongSupplier clock;
    private @Nullable Timer[] heap = new @Nullable Timer[INITIAL_CAPACITY];
    private int size;

    TimerQueue(LoopThread thread, LongSupplier clock) {
        this.thread = thread;
        this.clock = clock;
    }

    /** The time until the earliest timer is due, but at most {@code timeoutNanos}. */
    long untilNext(long timeoutNanos) {
        return size == 0 ? timeoutNanos : Math.min(timeoutNanos, at(0).dueNanos - clock.getAsLong());
    }

    /** Schedules a timer, or schedules it again. */
    void schedule(Timer timer, long delayNanos) {
        thread.require();
        remove(timer);
        timer.dueNanos = clock.getAsLong() + delayNanos;
        add(timer);
    }

    /** Removes the timers that are due now and passes their tasks to {@code runner}, the earliest first. */
    void runDue(Consumer<Runnable> runner) {
        if (size == 0) {
            return;
        }
        long nowNanos = clock.getAsLong();
        for (Timer timer = pollDue(nowNanos); timer != null; timer = pollDue(nowNanos)) {
            runner.accept(timer.task());
        }
    }

    void add(Timer timer) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        siftUp(timer, size++);
    }

    /** Removes a timer that the program has cancelled. */
    void cancel(Timer timer) {
        thread.require();
        remove(timer);
    }

    /** Removes a timer; has no effect if the timer is not in the queue. */
    void remove(Timer timer) {
        int index = timer.index;
        if (index < 0) {
            return;
        }
        timer.unschedule();
        Timer last = at(--size);
        heap[size] = null;
        if (last != timer) {
            siftDown(last, index);
            if (last.index == index) {
                siftUp(last, index);
            }
        }
    }

    /** Takes the earliest timer if it is due at {@code nowNanos}, otherwise returns null. */
    @Nullable
    Timer pollDue(long nowNanos) {
        if (size == 0 || at(0).dueNanos - nowNanos > 0) {
            return null;
        }
        Timer first = at(0);
        remove(first);
        return first;
    }

    private void siftUp(Timer timer, int from) {
        int index = from;
        while (index > 0) {
            Timer parent = at((index - 1) / 2);
            if (parent.dueNanos - timer.dueNanos <= 0) {
                break;
            }
            put(parent, index);
            index = (index - 1) / 2;
        }
        put(timer, index);
    }

    private void siftDown(Timer timer, int from) {
        int index = from;
        while (index * 2 + 1 < size) {
            int child = index * 2 + 1;
            if (child + 1 < size && at(child + 1).dueNanos - at(child).dueNanos < 0) {
                child++;
            }
            if (timer.dueNanos - at(child).dueNanos <= 0) {
                break;
            }
            put(at(child), index);
            index = child;
        }
        put(timer, index);
    }

    private void put(Timer timer, int index) {
        heap[index] = timer;
        timer.index = index;
    }

    private Timer at(int index) {
        Timer timer = heap[index];
        if (timer == null) {
            throw new IllegalStateException("no timer at " + index + " of " + size);
        }
        return timer;
    }
}
