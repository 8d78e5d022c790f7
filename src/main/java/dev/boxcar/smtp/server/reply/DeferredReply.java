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

    /** Its place in a line. Only in a session with faults. */
    ReplySlot slot() {
        if (slot == null) {
            throw new IllegalStateException("reply " + number + " is not in a line");
        }
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

    @Override
    public State state() {
        if (slot != null) {
            return slot.state();
        } else if (ready != null) {
            return State.READY;
        }
        return known ? State.EXHAUSTED : State.WAITING;
    }

    @Override
    public ByteBuffer more() {
        ByteBuffer bytes = slot == null ? ready : slot.take();
        if (bytes == null) {
            throw new IllegalStateException("reply " + number + " is not known yet");
        }
        ready = null;
        return bytes;
    }
}
