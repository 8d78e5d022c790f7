// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.Fault;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the replies of one session: one per command, in order, at once or deferred (RFC 2920 §3.2). It counts the
 * client's mistakes, applies {@link Fault}s, and tells the listener. Confined to the loop thread.
 */
public final class ReplyQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyQueue.class);

    private final ReplyChannel channel;
    private final ReplyOptions options;
    private final LongSupplier clock;
    private final @Nullable SessionListener listener;
    private final FaultCheck faults;
    /** Delivers the replies of a session with faults; null for a session without. */
    private final @Nullable ReplyLine line;

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
     * @param faults says what happens to replies
     * @param transactionAllowsUtf8 whether the client asked for UTF-8 at MAIL (RFC 6531 §3.7.4)
     */
    public ReplyQueue(
            ReplyChannel channel,
            ReplyOptions options,
            LongSupplier clock,
            @Nullable SessionListener listener,
            FaultCheck faults,
            BooleanSupplier transactionAllowsUtf8) {
        this.channel = channel;
        this.options = options;
        this.clock = clock;
        this.listener = listener;
        this.faults = faults;
        this.line = faults.line();
        this.transactionAllowsUtf8 = transactionAllowsUtf8;
    }

    // ---- replies that are known

    /** Sends the reply to the item that was just processed. */
    public void give(@Nullable Verb verb, Reply reply) throws IOException {
        Fault fault = faults.take();
        Reply judged = judge(verb, reply, fault);
        if (!options.errorDelay().isZero() && isMistake(verb, reply) && fault == null) {
            giveAfterDelay(verb, judged);
            return;
        }
        send(verb, judged, fault);
        if (verb == Verb.QUIT && judged.code() == 221 && line == null && chunkReply == null) {
            channel.closeAfterQuit();
        } else if (endsSession(judged) || endsSession(reply)) {
            end();
        } else if (verb == null || verb.group() == Verb.Group.LAST) {
            channel.flushReplies(); // RFC 2920 §3.2 (4): these replies must not be held back
        }
    }

    /** Sends the reply to the item that was just processed, in its place if one is reserved. */
    public void give(Verb verb, @Nullable DeferredReply reserved, Reply reply) throws IOException {
        if (reserved == null) {
            give(verb, reply);
        } else {
            complete(verb, reserved, reply);
        }
    }

    /** Whether the reply to a mistake is being held back. */
    public boolean isDelayingError() {
        return delayingError;
    }

    /** Sends the reply to a mistake after the configured delay; until then the session processes no input. */
    private void giveAfterDelay(@Nullable Verb verb, Reply judged) {
        DeferredReply deferred = defer(verb);
        delayingError = true;
        channel.later(options.errorDelay(), () -> {
            delayingError = false;
            log(judged);
            resolve(deferred, judged);
            if (endsSession(judged) && !channel.isLeaving()) {
                end();
            }
            channel.interestChanged();
        });
    }

    /**
     * Sends a reply that answers no command and ends the session. If the reply to a chunk is still to come, this takes
     * its place.
     */
    public void giveLast(Reply reply) {
        DeferredReply chunk = takeChunkReply();
        if (chunk == null) {
            send(null, reply, null);
        } else {
            log(reply);
            resolve(chunk, reply);
        }
        end();
    }

    /** Ends the session once all replies have left. A chunk that is incomplete gets no reply. */
    public void end() {
        DeferredReply chunk = takeChunkReply();
        if (chunk != null) {
            omit(chunk);
        }
        channel.closeAfterReplies();
    }

    private void omit(DeferredReply reply) {
        if (line == null) {
            reply.setKnown();
        } else {
            reply.setKnown();
            line.omit(reply.slot());
        }
    }

    private void send(@Nullable Verb verb, Reply reply, @Nullable Fault fault) {
        log(reply);
        if (line != null && (fault != null || !line.isIdle())) {
            resolve(deferInLine(line, verb, fault == null ? Fault.NONE : fault), reply);
            return;
        }
        if (listener != null) {
            listener.queued(nextNumber, verb, clock.getAsLong());
            listener.ready(nextNumber, reply, reply.bytes().length, clock.getAsLong());
        }
        nextNumber++;
        channel.send(reply.bytes());
        if (line != null) {
            line.passed();
        }
    }

    // ---- replies that come later

    /** Reserves the next place in the queue for a reply that is not known yet. */
    public DeferredReply defer(@Nullable Verb verb) {
        if (line != null) {
            Fault fault = faults.take();
            return deferInLine(line, verb, fault == null ? Fault.NONE : fault);
        }
        var deferred = new DeferredReply(nextNumber++, null);
        if (listener != null) {
            listener.queued(deferred.number(), verb, clock.getAsLong());
        }
        channel.send(deferred);
        return deferred;
    }

    private DeferredReply deferInLine(ReplyLine sending, @Nullable Verb verb, Fault fault) {
        var deferred = new DeferredReply(nextNumber, sending.add(nextNumber, fault));
        if (fault.drop() != null && verb != Verb.BDAT) { // the bytes of a chunk come before its reply
            sending.stopInput();
        }
        if (!fault.answered() || sending.hasEnded()) {
            return deferred;
        }
        nextNumber++;
        if (listener != null) {
            listener.queued(deferred.number(), verb, clock.getAsLong());
        }
        channel.acknowledgeAtOnce(); // or a client that does not wait would be kept from sending, and seem to wait
        channel.send(deferred);
        return deferred;
    }

    /** Sends the reply for which a place was reserved. */
    public void complete(@Nullable Verb verb, DeferredReply deferred, Reply reply) {
        Reply judged = judge(verb, reply, line == null ? null : deferred.slot().fault());
        log(judged);
        resolve(deferred, judged);
        if ((endsSession(judged) || endsSession(reply)) && !channel.isLeaving()) {
            end();
        }
        channel.replyReady();
    }

    private void resolve(DeferredReply deferred, Reply reply) {
        byte[] wire = line == null ? reply.bytes() : deferred.slot().wireForm(reply);
        if (listener != null && wire.length > 0) {
            listener.ready(deferred.number(), reply, wire.length, clock.getAsLong());
        }
        if (line == null) {
            deferred.complete(wire);
        } else {
            deferred.setKnown();
            line.known(deferred.slot(), wire);
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

    /** Counts a mistake, unless the reply is one that a fault gives, and returns the reply to give. */
    private Reply judge(@Nullable Verb verb, Reply reply, @Nullable Fault fault) {
        Reply judged = fault == null ? readable(reply) : readable(fault.applyTo(reply));
        boolean isCounted = isMistake(verb, judged) && (fault == null || fault.reply() == null);
        return isCounted && ++mistakes > options.maxErrors() ? Replies.TOO_MANY_ERRORS : judged;
    }

    private Reply readable(Reply reply) {
        Reply ascii = reply.inAscii();
        return ascii.equals(reply) || !allowsUtf8() ? ascii : reply;
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
