// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.producer;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells, once, when another producer is exhausted, and how many bytes it made. They were handed over then, but need not
 * have reached the peer. Of a producer that was abandoned or failed nothing is told.
 *
 * <p>Confined to the loop thread. The hook is called while the channel sends; it may push, and close. What it throws
 * costs the channel as a failure of the producer does.
 */
public final class HookedProducer implements Producer {
    private final Producer inner;
    private final LongConsumer hook;
    private long bytes;
    private boolean told;
    private @Nullable RuntimeException failure;

    private HookedProducer(Producer inner, LongConsumer hook) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.hook = Objects.requireNonNull(hook, "hook");
    }

    /** What {@code inner} makes; {@code whenExhausted} is given the number of bytes. */
    public static HookedProducer of(Producer inner, LongConsumer whenExhausted) {
        return new HookedProducer(inner, whenExhausted);
    }

    @Override
    public State state() {
        State state = inner.state();
        if (state == State.EXHAUSTED && !told) {
            tell();
        }
        return failure == null ? state : State.READY;
    }

    private void tell() {
        told = true;
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
        told = true;
        inner.abandon();
    }
}
