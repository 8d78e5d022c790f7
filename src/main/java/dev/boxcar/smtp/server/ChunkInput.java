// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Terminator;
import dev.boxcar.smtp.Chunk;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.port.Policy;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * BDAT and its bytes (RFC 3030 §2): as many as it named, whatever they are. Those of a chunk that is refused are
 * swallowed before its answer, so that the session stays in step; four times the largest message at most, then the
 * session ends. Confined to the loop thread.
 */
final class ChunkInput extends SessionPart implements Input {
    private static final int MOST_SWALLOWED_LIMITS = 4;
    private static final Chunk NONE = new Chunk(0, Chunk.End.MORE);

    private Chunk chunk = NONE;
    /**
     * Where the answer goes, if a place was kept for it; from the question to the answer, or to the hand-over to the
     * sink.
     */
    private @Nullable LateReply place;
    /** Why the bytes are thrown away, or null. */
    private @Nullable Reply refusal;

    ChunkInput(SmtpSession session) {
        super(session);
    }

    // ---- the command
    // ----------------------------------------------------------------------------------------------------------

    /**
     * Hears a BDAT. Whatever becomes of it, its bytes are no commands, and are read before it is answered.
     *
     * @param outOfPlace why it is refused where it stands, or null
     * @param offered the extensions that the session may use
     */
    void hear(Command command, @Nullable Reply outOfPlace, Set<Extension> offered) throws IOException {
        Chunk announced = Chunk.of(command);
        if (!announced.hasSize()) {
            answers().give(Verb.BDAT, Replies.CHUNK_WITHOUT_SIZE);
        } else if (outOfPlace != null) {
            swallow(announced, outOfPlace, null);
        } else if (!offered.contains(Extension.CHUNKING)) {
            swallow(announced, Replies.NOT_OFFERED, null);
        } else {
            accept(announced);
        }
    }

    private void accept(Chunk announced) {
        Reply reason = refusal(announced);
        Policy policy = service().policy();
        if (reason != null) {
            transaction().end(); // what follows of the message lacks this chunk
            swallow(announced, reason, null);
        } else if (policy == null || transaction().hasBody()) {
            take(announced, null);
        } else {
            ask(policy, announced);
        }
    }

    private @Nullable Reply refusal(Chunk announced) {
        if (announced.end() == Chunk.End.MALFORMED) {
            return Replies.BAD_CHUNK;
        }
        long before = transaction().hasBody() ? transaction().body().bytes() : 0;
        if (announced.bytes() > service().limits().messageBytes() - before) {
            return Replies.TOO_LARGE;
        }
        Reply instead = answers().instead(Verb.BDAT);
        return instead != null || transaction().hasBody()
                ? instead
                : transaction().refusal();
    }

    /** The policy is asked about a message at its first chunk; nothing is heard before it has answered. */
    private void ask(Policy policy, Chunk announced) {
        LateReply kept = answers().later(Verb.BDAT);
        place = kept;
        int recipients = transaction().recipients();
        Question.Then then = new Question.Then() {
            @Override
            public @Nullable Reply accepted(@Nullable Reply words) {
                if (!kept.isKnown()) {
                    take(announced, kept);
                }
                return null;
            }

            @Override
            public @Nullable Reply refused(Reply words) {
                transaction().end();
                if (kept.isKnown()) {
                    return null;
                } else if (words.code() == 421) {
                    return words; // the end, which waits for nothing
                }
                swallow(announced, words, kept);
                return null;
            }
        };
        questions().ask(kept, Verb.BDAT, Questions.Gate.SHUT, then, d -> policy.data(client(), recipients, d));
    }

    private long mostSwallowed() {
        long limit = service().limits().messageBytes();
        return limit > Long.MAX_VALUE / MOST_SWALLOWED_LIMITS ? limit : limit * MOST_SWALLOWED_LIMITS;
    }

    // ---- its bytes
    // -----------------------------------------------------------------------------------------------------------

    private void take(Chunk announced, @Nullable LateReply kept) {
        if (!transaction().hasBody()) {
            session.messages.begin(transaction().isBinary() ? Body.Form.BINARY : Body.Form.CHUNKED);
        }
        place = kept;
        hear(announced, announced.bytes(), null);
    }

    private void swallow(Chunk announced, Reply reason, @Nullable LateReply kept) {
        long most = mostSwallowed();
        boolean endless = announced.bytes() > most;
        place = kept;
        hear(announced, Math.min(announced.bytes(), most), endless ? Replies.CHUNK_TOO_LARGE : reason);
    }

    private void hear(Chunk announced, long bytes, @Nullable Reply reason) {
        chunk = announced;
        refusal = reason;
        session.hear(this, Terminator.count(bytes));
    }

    @Override
    public void collect(byte[] bytes, int from, int to) {
        session.touch();
        if (refusal == null) {
            transaction().body().collect(bytes, from, to);
        }
    }

    /** What is swallowed needs no room; the rest waits for it like a message that comes by DATA. */
    @Override
    public boolean mayTake() {
        return refusal != null || transaction().mayTake();
    }

    @Override
    public boolean isMessage() {
        return true;
    }

    @Override
    public void found() throws IOException {
        session.hearCommands();
        LateReply kept = takeOpenPlace();
        if (refusal == null && chunk.end() == Chunk.End.LAST) {
            session.messages.store(Verb.BDAT, transaction().body(), kept);
        } else {
            say(kept, refusal == null ? Replies.received(chunk.bytes()) : refusal);
        }
        session.messageEnded();
    }

    private void say(@Nullable LateReply kept, Reply reply) throws IOException {
        if (kept == null) {
            answers().give(Verb.BDAT, reply);
        } else {
            answers().complete(Verb.BDAT, kept, reply);
        }
    }

    /**
     * The place of an answer that waits for the policy or for bytes, if there is one; whoever takes it answers, or sees
     * that nobody does.
     */
    @Nullable
    LateReply takeOpenPlace() {
        LateReply open = place == null || place.isKnown() ? null : place;
        place = null;
        return open;
    }
}
