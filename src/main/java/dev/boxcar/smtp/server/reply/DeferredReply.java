// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.Producer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A reply that is not known yet, or that does not leave yet. It holds its place in the session's output, and everything
 * queued after it. Once it is known it leaves, at once or as the session's {@link ReplyLine} says. Confined to the loop
 * thread.
 */
public final class DeferredReply implements Producer {
    private final long number;
    /** Its place in the line of a session with faults; null for a session without. */
    private final @Nullable ReplySlot slot;

    private @Nullable ByteBuffer ready;
    private boolean known;

    DeferredReply(long number, @Nullable ReplySlot slot) {
        this.number = number;
        this.slot = slot;
    }

    /** The reply's number in the session, from 0. */
    long number() {
        return number;
    }

    @Nullable
    ReplySlot slot() {
        return slot;
    }

    /** Whether the reply is known, or there will be none. */
    public boolean isKnown() {
        return known;
    }

    /** The reply is known and leaves as it is. */
    void complete(byte[] wire) {
        setKnown();
        ready = ByteBuffer.wrap(wire);
    }

    /** The reply is known, and the line releases it; or there will be no reply, and output after it may leave. */
    void setKnown() {
        if (known) {
            throw new IllegalStateException("reply " + number + " was given twice");
        }
        known = true;
    }

    /** These bytes of the reply may leave now. */
    void release(byte[] wire, int from, int length) {
        ByteBuffer unsent = ready;
        if (unsent == null) {
            ready = ByteBuffer.wrap(wire, from, length);
            return;
        }
        ByteBuffer both = ByteBuffer.allocate(unsent.remaining() + length);
        ready = both.put(unsent).put(wire, from, length).flip();
    }

    @Override
    public State state() {
        if (ready != null) {
            return State.READY;
        }
        boolean isOver = slot == null ? known : slot.isFinished();
        return isOver ? State.EXHAUSTED : State.WAITING;
    }

    @Override
    public ByteBuffer more() {
        ByteBuffer bytes = ready;
        if (bytes == null) {
            throw new IllegalStateException("reply " + number + " is not known yet");
        }
        ready = null;
        return bytes;
    }
}
