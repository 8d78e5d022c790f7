// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Producer;
import dev.boxcar.smtp.Reply;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The reply to the end of a message: it waits in the session's queue, and everything behind it with it, until the sink has the
 * message. Confined to the loop thread.
 */
final class CommitReply implements Producer {
    private final SmtpSession session;
    private final String id;
    private final long octets;
    private final int recipients;
    private @Nullable ByteBuffer reply;
    private boolean given;

    CommitReply(SmtpSession session, String id, long octets, int recipients) {
        this.session = session;
        this.id = id;
        this.octets = octets;
        this.recipients = recipients;
    }

    /** The sink has said what became of the message. */
    void complete(MessageSink.Outcome outcome) {
        if (reply != null) {
            throw new IllegalStateException("message " + id + " was completed twice");
        }
        Reply answer = switch (outcome) {
            case STORED -> Replies.queued(id);
            case NO_ROOM -> Replies.NO_ROOM;
            case FAULT -> Replies.FAULT;
        };
        reply = ByteBuffer.wrap(answer.octets());
        session.committed(this, outcome);
    }

    String id() {
        return id;
    }

    long octets() {
        return octets;
    }

    int recipients() {
        return recipients;
    }

    @Override
    public State state() {
        return reply == null ? State.WAITING : given ? State.EXHAUSTED : State.READY;
    }

    @Override
    public ByteBuffer more() {
        if (reply == null) {
            throw new IllegalStateException("the sink has not answered for " + id);
        }
        given = true;
        return reply;
    }
}
