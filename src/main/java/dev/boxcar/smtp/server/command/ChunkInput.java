// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.async.Terminator;
import dev.boxcar.smtp.Chunk;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.context.InputHandler;
import dev.boxcar.smtp.server.context.InputSwitch;
import dev.boxcar.smtp.server.reply.DecisionHandler;
import dev.boxcar.smtp.server.reply.DeferredReply;
import dev.boxcar.smtp.server.reply.PolicyCheck;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import dev.boxcar.smtp.server.transaction.MessageBody;
import dev.boxcar.smtp.server.transaction.TransactionState;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Handles BDAT and the chunk after it (RFC 3030 §2): as many bytes as the command names, with any values. The bytes of
 * a refused chunk are discarded before it is answered, so that the session stays in step with the client; if they are
 * more than four times the largest message, the session ends. Confined to the loop thread.
 */
public final class ChunkInput implements InputHandler {
    /** The maximum bytes to discard, as a multiple of the largest message. */
    private static final int DISCARD_FACTOR = 4;

    private static final Chunk NONE = new Chunk(0, Chunk.End.MORE);

    private final TransactionState transaction;
    private final PolicyCheck policy;
    private final ReplyQueue replies;
    private final MessageCommitter committer;
    private final InputSwitch input;
    private final long maxMessageBytes;

    private Chunk chunk = NONE;
    /** Why the bytes are discarded; null if they are not. */
    private @Nullable Reply refusal;

    public ChunkInput(
            TransactionState transaction,
            PolicyCheck policy,
            ReplyQueue replies,
            MessageCommitter committer,
            InputSwitch input,
            long maxMessageBytes) {
        this.transaction = transaction;
        this.policy = policy;
        this.replies = replies;
        this.committer = committer;
        this.input = input;
        this.maxMessageBytes = maxMessageBytes;
    }

    // ---- the command

    /**
     * Begins a chunk. Even if it is refused, its bytes are not commands and must be read before it is answered.
     *
     * @param outOfSequence why the command is refused; null if it is not
     * @param usable the extensions that the client may use
     */
    Reply begin(Command command, @Nullable Reply outOfSequence, Set<Extension> usable) {
        Chunk announced = Chunk.of(command);
        if (!announced.hasSize()) {
            return Replies.CHUNK_WITHOUT_SIZE;
        } else if (outOfSequence != null) {
            discard(announced, outOfSequence, null);
        } else if (!usable.contains(Extension.CHUNKING)) {
            discard(announced, Replies.NOT_OFFERED, null);
        } else {
            check(announced);
        }
        return Replies.LATER;
    }

    /** Discards a chunk without carrying out the command. The rest of the message would lack it. */
    Reply refuse(Command command, Reply reason) {
        Chunk announced = Chunk.of(command);
        if (!announced.hasSize()) {
            return Replies.CHUNK_WITHOUT_SIZE;
        }
        transaction.end();
        discard(announced, reason, null);
        return Replies.LATER;
    }

    private void check(Chunk announced) {
        Reply reason = refusal(announced);
        if (reason != null) {
            transaction.end(); // the rest of the message would lack this chunk
            discard(announced, reason, null);
        } else if (policy.isAbsent() || transaction.hasBody()) {
            take(announced, null);
        } else {
            askPolicy(announced);
        }
    }

    private @Nullable Reply refusal(Chunk announced) {
        if (announced.end() == Chunk.End.MALFORMED) {
            return Replies.BAD_CHUNK;
        }
        long before = transaction.hasBody() ? transaction.body().bytes() : 0;
        if (announced.bytes() > maxMessageBytes - before) {
            return Replies.TOO_LARGE;
        }
        return transaction.hasBody() ? null : transaction.sinkRefusal();
    }

    /** Asks the policy about a message at its first chunk; no input is processed before it has answered. */
    private void askPolicy(Chunk announced) {
        DeferredReply reserved = replies.defer(Verb.BDAT);
        replies.setChunkReply(reserved);
        policy.firstChunk(reserved, transaction.recipients(), new DecisionHandler() {
            @Override
            public Reply accepted(@Nullable Reply reply) {
                if (!reserved.isKnown()) {
                    take(announced, reserved);
                }
                return Replies.LATER;
            }

            @Override
            public Reply refused(Reply reply) {
                transaction.end();
                if (reserved.isKnown()) {
                    return Replies.LATER; // the session has ended, and its last reply took this place
                } else if (reply.code() == 421) {
                    return reply; // ends the session at once
                }
                discard(announced, reply, reserved);
                return Replies.LATER;
            }
        });
    }

    // ---- its bytes

    private void take(Chunk announced, @Nullable DeferredReply reserved) {
        if (!transaction.hasBody()) {
            committer.begin(transaction.isBinary() ? MessageBody.Form.BINARY : MessageBody.Form.CHUNKED);
        }
        replies.setChunkReply(reserved);
        receive(announced, announced.bytes(), null);
    }

    private void discard(Chunk announced, Reply reason, @Nullable DeferredReply reserved) {
        long maximum = maxDiscardedBytes();
        boolean tooMany = announced.bytes() > maximum;
        replies.setChunkReply(reserved);
        receive(announced, Math.min(announced.bytes(), maximum), tooMany ? Replies.CHUNK_TOO_LARGE : reason);
    }

    private long maxDiscardedBytes() {
        return maxMessageBytes > Long.MAX_VALUE / DISCARD_FACTOR ? maxMessageBytes : maxMessageBytes * DISCARD_FACTOR;
    }

    private void receive(Chunk announced, long bytes, @Nullable Reply reason) {
        chunk = announced;
        refusal = reason;
        input.receive(this, Terminator.count(bytes));
    }

    @Override
    public void collect(byte[] bytes, int from, int to) throws IOException {
        if (refusal == null) {
            transaction.body().collect(bytes, from, to);
            committer.received(bytes, from, to);
        }
    }

    /** Bytes that are discarded need no room in the sink. */
    @Override
    public boolean mayTake() {
        return refusal != null || transaction.mayTake();
    }

    @Override
    public boolean isMessage() {
        return true;
    }

    @Override
    public void found() throws IOException {
        input.receiveCommands();
        DeferredReply reserved = replies.takeChunkReply();
        if (refusal == null && chunk.end() == Chunk.End.LAST) {
            committer.commit(Verb.BDAT, transaction.body(), reserved);
        } else {
            replies.give(Verb.BDAT, reserved, refusal == null ? Replies.received(chunk.bytes()) : refusal);
        }
    }
}
