// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Producer;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.port.ReplyFault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply that keeps its place in the session's queue, and everything behind it, until it is known; then it leaves, as
 * it is or as a {@link ReplyFault} will have it. Confined to the loop thread.
 */
final class LateReply implements Producer {
    private final SmtpSession session;
    private final long place;
    private Iterator<ReplyFault.Piece> pieces = List.<ReplyFault.Piece>of().iterator();
    private @Nullable ByteBuffer ready;
    private boolean known;
    /** A piece is on its way to become ready, or the cut to be made. */
    private boolean underWay;

    private boolean cuts;

    LateReply(SmtpSession session, long place) {
        this.session = session;
        this.place = place;
    }

    /** Which of the session's replies it is. */
    long place() {
        return place;
    }

    boolean isKnown() {
        return known;
    }

    /** The reply is known, and leaves as it is. */
    void complete(Reply reply) {
        begin();
        ready = ByteBuffer.wrap(reply.bytes());
    }

    /** The reply is known, and this happens to it. */
    void complete(ReplyFault fault) {
        begin();
        pieces = fault.pieces().iterator();
        cuts = fault.cuts();
        nextPiece();
    }

    /** There will be no reply, and what is behind its place goes on. */
    void omit() {
        begin();
    }

    private void begin() {
        if (known) {
            throw new IllegalStateException("reply " + place + " was given twice");
        }
        known = true;
    }

    /** Each piece becomes ready in a turn of its own, so that it leaves in a write of its own. */
    private void nextPiece() {
        if (pieces.hasNext()) {
            ReplyFault.Piece piece = pieces.next();
            underWay = true;
            session.later(piece.delay(), () -> becomeReady(piece.bytes()));
        } else if (cuts) {
            underWay = true;
            session.later(Duration.ZERO, session::close);
        }
    }

    private void becomeReady(ByteBuffer bytes) {
        underWay = false;
        ready = bytes.duplicate();
        session.interestChanged();
    }

    @Override
    public State state() {
        if (ready != null) {
            return State.READY;
        }
        return known && !underWay ? State.EXHAUSTED : State.WAITING;
    }

    @Override
    public ByteBuffer more() {
        ByteBuffer bytes = ready;
        if (bytes == null) {
            throw new IllegalStateException("reply " + place + " is not known yet");
        }
        ready = null;
        nextPiece();
        return bytes;
    }
}
