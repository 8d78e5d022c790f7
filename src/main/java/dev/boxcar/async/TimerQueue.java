// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a loop, the earliest first: a binary heap in which each timer knows its place, so that one that is
 * cancelled leaves at once instead of keeping its session in memory until it would have been due.
 *
 * <p>Confined to the loop thread.
 */
final class TimerQueue {
    private @Nullable Timer[] heap = new @Nullable Timer[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** When the first timer is due; ask only when there is one. */
    long earliestNanos() {
        return at(0).dueNanos;
    }

    void add(Timer timer) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        rise(timer, size++);
    }

    void remove(Timer timer) {
        int place = timer.place;
        if (place < 0) {
            return;
        }
        timer.unplan();
        Timer last = at(--size);
        heap[size] = null;
        if (last != timer) {
            sink(last, place);
            if (last.place == place) {
                rise(last, place);
            }
        }
    }

    /** Takes the first timer that is due at {@code nowNanos}, or null. */
    @Nullable
    Timer pollDue(long nowNanos) {
        if (size == 0 || at(0).dueNanos - nowNanos > 0) {
            return null;
        }
        Timer first = at(0);
        remove(first);
        return first;
    }

    private void rise(Timer timer, int from) {
        int place = from;
        while (place > 0) {
            Timer parent = at((place - 1) / 2);
            if (parent.dueNanos - timer.dueNanos <= 0) {
                break;
            }
            put(parent, place);
            place = (place - 1) / 2;
        }
        put(timer, place);
    }

    private void sink(Timer timer, int from) {
        int place = from;
        while (place * 2 + 1 < size) {
            int child = place * 2 + 1;
            if (child + 1 < size && at(child + 1).dueNanos - at(child).dueNanos < 0) {
                child++;
            }
            if (timer.dueNanos - at(child).dueNanos <= 0) {
                break;
            }
            put(at(child), place);
            place = child;
        }
        put(timer, place);
    }

    private void put(Timer timer, int place) {
        heap[place] = timer;
        timer.place = place;
    }

    private Timer at(int place) {
        Timer timer = heap[place];
        if (timer == null) {
            throw new IllegalStateException("no timer at " + place + " of " + size);
        }
        return timer;
    }
}
