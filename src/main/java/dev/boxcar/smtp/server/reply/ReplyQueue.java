// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.ReplyFault;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the replies of one session: one per command, in order, at once or deferred (RFC 2920 §3.2). It counts the
 * client's mistakes, applies {@link Faults} to replies, and tells the listener. Confined to the loop thread.
 */
public final class ReplyQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyQueue.class);

    private final ReplyChannel channel;
    private final ReplyOptions options;
    private final ClientInfo client;
    private final LongSupplier clock;
    private final @Nullable SessionListener listener;
    private final BooleanSupplier transactionAllowsUtf8;

    private boolean commandAllowsUtf8;
    private boolean delayingError;
    private long nextNumber;
    private int mistakes;
    /** The deferred reply to a chunk whose bytes, or whose decision, are still to come. */
    private @Nullable DeferredReply chunkReply;

    /**
     * An empty queue.
     *
     * @param clock the loop's time in nanoseconds
     * @param listener receives each reply; null if there is no listener
     * @param transactionAllowsUtf8 whether the client asked for UTF-8 at MAIL (RFC 6531 §3.7.4)
     */
    public ReplyQueue(
            ReplyChannel channel,
            ReplyOptions options,
            ClientInfo client,
            LongSupplier clock,
            @Nullable SessionListener listener,
            BooleanSupplier transactionAllowsUtf8) {
        this.channel = channel;
        this.options = options;
        this.client = client;
        this.clock = clock;
        this.listener = listener;
        this.transactionAllowsUtf8 = transactionAllowsUtf8;
    }

    // ---- replies that are known

    /** Sends the reply to the item that was just processed. */
    public void give(@Nullable Verb verb, Reply reply) throws IOException {
        Reply judged = judge(verb, reply);
        if (!options.errorDelay().isZero() && isMistake(verb, reply)) {
            giveAfterDelay(verb, judged);
            return;
        }
        send(verb, judged);
        if (endsSession(judged)) {
            end();
        } else if (verb == null || verb.group() == Verb.Group.LAST) {
            channel.flushReplies(); // RFC 2920 §3.2 (4): these replies must not be held back
        }
    }

    /** Sends the reply to a mistake after the configured delay; until then the session processes no input. */
    private void giveAfterDelay(@Nullable Verb verb, Reply judged) {
        DeferredReply deferred = defer(verb);
        delayingError = true;
        channel.later(options.errorDelay(), () -> {
            delayingError = false;
            log(judged);
            resolve(deferred, judged, fault(verb, judged));
            if (endsSession(judged) && !channel.isLeaving()) {
                end();
            }
            channel.interestChanged();
        });
    }

    /** Whether the reply to a mistake is being held back. */
    public boolean isDelayingError() {
        return delayingError;
    }

    /**
     * Sends a reply that answers no command and ends the session. If the reply to a chunk is still to come, this takes
     * its place.
     */
    public void giveLast(Reply reply) {
        DeferredReply chunk = takeChunkReply();
        if (chunk == null) {
            send(null, reply);
        } else {
            log(reply);
            resolve(chunk, reply, fault(Verb.BDAT, reply));
        }
        end();
    }

    /** Ends the session once all replies have left. A chunk that is incomplete gets no reply. */
    public void end() {
        DeferredReply chunk = takeChunkReply();
        if (chunk != null) {
            chunk.omit();
        }
        channel.closeAfterReplies();
    }

    private void send(@Nullable Verb verb, Reply reply) {
        log(reply);
        ReplyFault fault = fault(verb, reply);
        if (fault != null) {
            resolve(defer(verb), reply, fault);
            return;
        }
        if (listener != null) {
            listener.queued(nextNumber, verb, clock.getAsLong());
            listener.ready(nextNumber, reply, reply.bytes().length, clock.getAsLong());
        }
        nextNumber++;
        channel.send(reply.bytes());
    }

    // ---- replies that come later

    /** Reserves the next place in the queue for a reply that is not known yet. */
    public DeferredReply defer(@Nullable Verb verb) {
        var deferred = new DeferredReply(channel, nextNumber++);
        if (listener != null) {
            listener.queued(deferred.number(), verb, clock.getAsLong());
        }
        channel.send(deferred);
        return deferred;
    }

    /** Sends the reply for which a place was reserved. */
    public void complete(@Nullable Verb verb, DeferredReply deferred, Reply reply) {
        Reply judged = judge(verb, reply);
        log(judged);
        resolve(deferred, judged, fault(verb, judged));
        if (endsSession(judged) && !channel.isLeaving()) {
            end();
        }
        channel.replyReady();
    }

    private void resolve(DeferredReply deferred, Reply reply, @Nullable ReplyFault fault) {
        if (listener != null) {
            int bytes = fault == null ? reply.bytes().length : fault.length();
            listener.ready(deferred.number(), reply, bytes, clock.getAsLong());
        }
        if (fault == null) {
            deferred.complete(reply);
        } else {
            LOG.debug("{} fault in reply={}", channel, deferred.number());
            deferred.complete(fault);
        }
    }

    /** Sets the reply to the chunk that is coming in; null if no place is reserved for it. */
    public void setChunkReply(@Nullable DeferredReply deferred) {
        chunkReply = deferred;
    }

    /**
     * Takes the reply to the chunk that is coming in, if a place is reserved and not filled yet. The caller must
     * complete or omit it.
     */
    public @Nullable DeferredReply takeChunkReply() {
        DeferredReply open = chunkReply == null || chunkReply.isKnown() ? null : chunkReply;
        chunkReply = null;
        return open;
    }

    // ---- the content of a reply: faults, mistakes, UTF-8

    /** Sets whether the reply to the current command may contain UTF-8 (RFC 6531 §3.7.4.2). */
    public void allowUtf8ForCommand(boolean allowed) {
        commandAllowsUtf8 = allowed;
    }

    /** The reply to give instead of carrying out a command, if the faults ask for one; otherwise null. */
    public @Nullable Reply replacement(Verb verb) {
        Faults faults = options.faults();
        return faults == null ? null : faults.instead(client, verb);
    }

    private @Nullable ReplyFault fault(@Nullable Verb verb, Reply reply) {
        Faults faults = options.faults();
        return faults == null ? null : faults.reply(client, verb, reply);
    }

    /** Counts a mistake, and returns the reply to give. */
    private Reply judge(@Nullable Verb verb, Reply reply) {
        Reply ascii = reply.inAscii();
        Reply judged = ascii.equals(reply) || !allowsUtf8() ? ascii : reply;
        return isMistake(verb, judged) && ++mistakes > options.maxErrors() ? Replies.TOO_MANY_ERRORS : judged;
    }

    private boolean allowsUtf8() {
        return commandAllowsUtf8 || transactionAllowsUtf8.getAsBoolean();
    }

    /**
     * A failed AUTH is a mistake too. An unknown parameter of RCPT is not: a client may try out which parameters the
     * server knows.
     */
    private static boolean isMistake(@Nullable Verb verb, Reply reply) {
        int code = reply.code();
        return (code >= 500 && code <= 504) || code == 535 || (code == 555 && verb != Verb.RCPT);
    }

    private static boolean endsSession(Reply reply) {
        return reply.code() == 221 || reply.code() == 421 || reply.equals(Replies.CHUNK_WITHOUT_SIZE);
    }

    private void log(Reply reply) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} S: {} {}", channel, reply.code(), reply.lines());
        }
    }
}
