// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Terminator;
import dev.boxcar.smtp.Chunk;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The octets of one BDAT (RFC 3030 §2): as many as it named, whatever they are. Those of a chunk that is refused are swallowed before its
 * answer, so that the session stays in step; four times the largest message at most, then the session ends. Confined to the loop thread.
 */
final class ChunkInput implements Input {
    private static final int MOST_SWALLOWED_LIMITS = 4;

    private final SmtpSession session;
    private final Answers answers;
    private final MessageInput messages;
    private final Transaction transaction;
    private final long mostSwallowed;
    private Chunk chunk = new Chunk(0, Chunk.End.MORE);
    private @Nullable LateReply place;
    private @Nullable Reply refusal;
    /** The refusal was said already. */
    private boolean answered;

    ChunkInput(SmtpSession session, Service service, Answers answers, MessageInput messages) {
        this.session = session;
        this.answers = answers;
        this.messages = messages;
        this.transaction = session.transaction();
        long limit = service.limits().messageOctets();
        this.mostSwallowed = limit > Long.MAX_VALUE / MOST_SWALLOWED_LIMITS ? limit : limit * MOST_SWALLOWED_LIMITS;
    }

    /** From now on octets are those of this chunk of the message; the answer goes to {@code kept}, if a place was kept. */
    void take(Chunk announced, @Nullable LateReply kept) {
        if (!transaction.hasBody()) {
            messages.begin(transaction.isBinary() ? Body.Form.BINARY : Body.Form.CHUNKED);
        }
        hear(announced, kept, null, announced.octets());
    }

    /** From now on the octets of this chunk are thrown away, and then {@code reason} is said. */
    void swallow(Chunk announced, Reply reason) {
        boolean endless = announced.octets() > mostSwallowed;
        hear(announced, null, endless ? Replies.CHUNK_TOO_LARGE : reason, Math.min(announced.octets(), mostSwallowed));
    }

    /** The same when the reason is said already. */
    void swallowAnswered(Chunk announced) {
        swallow(announced, Replies.TOO_LARGE);
        answered = announced.octets() <= mostSwallowed;
    }

    private void hear(Chunk announced, @Nullable LateReply kept, @Nullable Reply reason, long octets) {
        chunk = announced;
        place = kept;
        refusal = reason;
        answered = false;
        session.hear(this, Terminator.count(octets), 0);
    }

    @Override
    public void collect(byte[] octets, int from, int to) {
        session.touch();
        if (refusal == null) {
            transaction.body().collect(octets, from, to);
        }
    }

    @Override
    public boolean isMessage() {
        return true;
    }

    @Override
    public void found() throws IOException {
        session.hearCommands();
        if (refusal != null) {
            if (!answered) {
                answers.give(Verb.BDAT, refusal);
            }
        } else if (chunk.end() == Chunk.End.LAST) {
            messages.store(Verb.BDAT, transaction.body(), place);
        } else if (place == null) {
            answers.give(Verb.BDAT, Replies.received(chunk.octets()));
        } else {
            answers.complete(Verb.BDAT, place, Replies.received(chunk.octets()));
        }
        session.messageEnded();
    }
}
