// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Joins several producers: each one starts when the one before it is exhausted. It waits while the current one waits,
 * even if later ones are ready. Confined to the loop thread.
 */
public final class CompositeProducer implements Producer {
    private final ArrayDeque<Producer> left;

    private CompositeProducer(List<Producer> producers) {
        left = new ArrayDeque<>(producers);
    }

    /** These producers, in this order. */
    public static CompositeProducer of(Producer... producers) {
        return new CompositeProducer(List.of(producers));
    }

    @Override
    public State state() {
        for (Producer first = left.peek(); first != null; first = left.peek()) {
            State state = first.state();
            if (state != State.EXHAUSTED) {
                return state;
            }
            left.remove();
        }
        return State.EXHAUSTED;
    }

    @Override
    public ByteBuffer more() {
        state();
        return left.element().more();
    }

    @Override
    public boolean keepsPieces() {
        Producer last = left.peek(); // the one whose bytes were returned: only state() removes it
        return last != null && last.keepsPieces();
    }

    /** Abandons all producers that are left, even if one of them throws. */
    @Override
    public void abandon() {
        RuntimeException failure = null;
        for (Producer first = left.poll(); first != null; first = left.poll()) {
            try {
                first.abandon();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
