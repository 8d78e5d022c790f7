// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.async.Producer;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.port.ReplyFault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply that is not known yet. It holds its place in the session's output, and everything queued after it, until it
 * is known; then it leaves as it is or as a {@link ReplyFault} changes it. Confined to the loop thread.
 */
public final class DeferredReply implements Producer {
    private final ReplyChannel channel;
    private final long number;
    private Iterator<ReplyFault.Piece> pieces = List.<ReplyFault.Piece>of().iterator();
    private @Nullable ByteBuffer ready;
    private boolean known;
    /** A timer will make the next piece ready, or cut the connection. */
    private boolean timerPending;

    private boolean cutsConnection;

    DeferredReply(ReplyChannel channel, long number) {
        this.channel = channel;
        this.number = number;
    }

    /** The reply's number in the session, from 0. */
    long number() {
        return number;
    }

    /** Whether the reply is known, or there will be none. */
    public boolean isKnown() {
        return known;
    }

    /** The reply is known and leaves as it is. */
    void complete(Reply reply) {
        setKnown();
        ready = ByteBuffer.wrap(reply.bytes());
    }

    /** The reply is known and leaves as the fault says. */
    void complete(ReplyFault fault) {
        setKnown();
        pieces = fault.pieces().iterator();
        cutsConnection = fault.cuts();
        scheduleNextPiece();
    }

    /** There will be no reply; output queued after it may leave. */
    void omit() {
        setKnown();
    }

    private void setKnown() {
        if (known) {
            throw new IllegalStateException("reply " + number + " was given twice");
        }
        known = true;
    }

    /** Each piece becomes ready in a turn of its own, so that it leaves in a write of its own. */
    private void scheduleNextPiece() {
        if (pieces.hasNext()) {
            ReplyFault.Piece piece = pieces.next();
            timerPending = true;
            channel.later(piece.delay(), () -> makeReady(piece.bytes()));
        } else if (cutsConnection) {
            timerPending = true;
            channel.later(Duration.ZERO, channel::close);
        }
    }

    private void makeReady(ByteBuffer bytes) {
        timerPending = false;
        ready = bytes.duplicate();
        channel.interestChanged();
    }

    @Override
    public State state() {
        if (ready != null) {
            return State.READY;
        }
        return known && !timerPending ? State.EXHAUSTED : State.WAITING;
    }

    @Override
    public ByteBuffer more() {
        ByteBuffer bytes = ready;
        if (bytes == null) {
            throw new IllegalStateException("reply " + number + " is not known yet");
        }
        ready = null;
        scheduleNextPiece();
        return bytes;
    }
}
