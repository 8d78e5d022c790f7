// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a hook once when another producer is exhausted, with the number of bytes that the producer made. Those bytes
 * have left the queue by then, but may not have reached the peer. The hook is not called if the producer was abandoned
 * or failed.
 *
 * <p>Confined to the loop thread. The hook is called while the channel sends; it may push, and close. An exception in
 * the hook has the effect of a failure of the producer.
 */
public final class HookedProducer implements Producer {
    private final Producer inner;
    private final LongConsumer hook;
    private long bytes;
    private boolean called;
    private @Nullable RuntimeException failure;

    private HookedProducer(Producer inner, LongConsumer hook) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.hook = Objects.requireNonNull(hook, "hook");
    }

    /** The output of {@code inner}; {@code whenExhausted} receives the number of bytes. */
    public static HookedProducer of(Producer inner, LongConsumer whenExhausted) {
        return new HookedProducer(inner, whenExhausted);
    }

    @Override
    public State state() {
        State state = inner.state();
        if (state == State.EXHAUSTED && !called) {
            callHook();
        }
        return failure == null ? state : State.READY;
    }

    private void callHook() {
        called = true;
        try {
            hook.accept(bytes);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    @Override
    public ByteBuffer more() {
        if (failure != null) {
            throw failure;
        }
        ByteBuffer piece = inner.more();
        bytes += piece.remaining();
        return piece;
    }

    @Override
    public void abandon() {
        called = true;
        inner.abandon();
    }
}
