// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Several producers as one, each after the one before it is exhausted. It waits when the first that is left waits,
 * however ready those behind it are. Confined to the loop thread.
 */
public final class CompositeProducer implements Producer {
    private final ArrayDeque<Producer> left;

    private CompositeProducer(List<Producer> producers) {
        left = new ArrayDeque<>(producers);
    }

    /** These producers in their order. */
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

    /** Abandons all that are left, also when one of them fails to give back what it holds. */
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
