// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.context.LoopContext;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.context.SessionTimeouts;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.smtp.server.reply.DecisionHandler;
import dev.boxcar.smtp.server.reply.DeferredReply;
import dev.boxcar.smtp.server.reply.FaultCheck;
import dev.boxcar.smtp.server.reply.PendingCommit;
import dev.boxcar.smtp.server.reply.PendingCommits;
import dev.boxcar.smtp.server.reply.PolicyCheck;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import dev.boxcar.smtp.server.transaction.MessageBody;
import dev.boxcar.smtp.server.transaction.TransactionState;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each complete message of one session to the sink, after it has asked the policy. It replies 250 only when the
 * sink has stored the message, because 250 promises that (RFC 5321 §6.1). Confined to the loop thread.
 */
public final class MessageCommitter {
    private static final Logger LOG = LoggerFactory.getLogger(MessageCommitter.class);

    private final LoopContext context;
    private final SessionControl session;
    private final TransactionState transaction;
    private final PolicyCheck policy;
    private final PendingCommits commits;
    private final ReplyQueue replies;
    private final FaultCheck faults;
    private final SessionTimeouts timeouts;

    public MessageCommitter(
            LoopContext context,
            SessionControl session,
            TransactionState transaction,
            PolicyCheck policy,
            PendingCommits commits,
            ReplyQueue replies,
            FaultCheck faults,
            SessionTimeouts timeouts) {
        this.context = context;
        this.session = session;
        this.transaction = transaction;
        this.policy = policy;
        this.commits = commits;
        this.replies = replies;
        this.faults = faults;
        this.timeouts = timeouts;
    }

    /** Bytes of the message were read. */
    void received(byte[] bytes, int from, int to) throws IOException {
        faults.content(bytes, from, to);
    }

    /** Prepares for a message that the client will send in this form. */
    void begin(MessageBody.Form form) {
        MessageSink.Incoming incoming =
                context.server().ports().sink().begin(context.loop().inlineExecutor());
        incoming.whenRoom(this::sinkHasRoom);
        long maxBytes = context.server().limits().messageBytes();
        transaction.beginBody(new MessageBody(incoming, maxBytes, form));
    }

    /**
     * The sink can take more of a message again. The client's timeout starts anew, because the client did not cause the
     * wait.
     */
    private void sinkHasRoom() {
        if (session.isConnected()) {
            timeouts.touch();
            session.interestChanged();
        }
    }

    /**
     * The message is complete: the session sends its reply when the sink has stored it, and processes further commands
     * until then.
     *
     * @param reserved the place of the reply; null if none is reserved yet
     */
    void commit(Verb verb, MessageBody body, @Nullable DeferredReply reserved) throws IOException {
        Fault fault = faults.endOfData(body.bytes(), reserved);
        if (fault != null && !fault.stores()) {
            transaction.end();
            replies.give(verb, reserved, Replies.FAULT); // the fault gives its own reply instead
            return;
        }
        MessageSink.Incoming message = body.handOver();
        long bytes = body.bytes();
        int recipients = transaction.recipients();
        Envelope envelope = transaction.finish(body.finish());
        DeferredReply reply = reserved == null ? replies.defer(verb) : reserved;
        long now = context.loop().turnNanos();
        var pending = new PendingCommit(message.id(), bytes, recipients, verb, reply, now);
        Reply refusal = message.refusal();
        if (refusal != null) {
            message.abandon();
            replies.complete(verb, reply, refusal);
            return;
        }
        commits.add(pending);
        if (policy.isAbsent()) {
            commit(message, envelope, pending);
            return;
        }
        policy.message(pending, envelope, new DecisionHandler() {
            @Override
            public Reply accepted(@Nullable Reply words) {
                commit(message, envelope, pending);
                return Replies.LATER;
            }

            @Override
            public void undo() {
                message.abandon();
                commits.remove(pending);
            }

            @Override
            public void dropped() {
                message.abandon();
            }
        });
    }

    private void commit(MessageSink.Incoming message, Envelope envelope, PendingCommit pending) {
        try {
            message.commit(envelope, outcome -> committed(pending, outcome));
        } catch (RuntimeException e) {
            LOG.error("{} id={} could not be handed to the sink", session, pending.id(), e);
            commits.remove(pending);
            replies.complete(pending.verb(), pending.reply(), Replies.OUR_FAULT);
        }
    }

    /** The sink has answered: the reply may leave. */
    private void committed(PendingCommit pending, CommitOutcome outcome) {
        if (LOG.isInfoEnabled()) {
            LOG.info(
                    "{} id={} rcpts={} octets={} outcome={}",
                    session,
                    pending.id(),
                    pending.recipients(),
                    pending.bytes(),
                    outcome);
        }
        commits.remove(pending);
        timeouts.touch();
        Reply reply = switch (outcome) {
            case STORED -> Replies.queued(pending.id());
            case NO_ROOM -> Replies.NO_ROOM;
            case FAULT -> Replies.FAULT;
        };
        replies.complete(pending.verb(), pending.reply(), reply);
    }
}
