// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Terminator;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.smtp.server.port.Policy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a message behind DATA, up to CRLF.CRLF (RFC 5321 §4.1.1.4), and what becomes of it: the policy is asked,
 * then the sink has it, then its reply is due. Confined to the loop thread.
 */
final class MessageInput extends SessionPart implements Input {
    private static final Logger LOG = LoggerFactory.getLogger(MessageInput.class);
    /** The CRLF that ended the DATA line is the first one (RFC 5321 §4.1.1.4): .CRLF alone is an empty message. */
    private static final Terminator END_OF_DATA = Terminator.of(
                    (byte) '\r', (byte) '\n', (byte) '.', (byte) '\r', (byte) '\n')
            .assuming(2);

    MessageInput(SmtpSession session) {
        super(session);
    }

    /** The message is about to come. */
    void begin(Body.Form form) {
        MessageSink.Incoming incoming = service().sink().begin(loop().inlineExecutor());
        incoming.whenRoom(session::goOnTaking);
        transaction().begin(new Body(incoming, service().limits().messageBytes(), form));
    }

    /** From now on bytes are the message's. */
    Reply start() {
        begin(Body.Form.DOTTED);
        session.hear(this, END_OF_DATA);
        return Replies.START_INPUT;
    }

    @Override
    public void collect(byte[] bytes, int from, int to) {
        session.touch();
        transaction().body().collect(bytes, from, to);
    }

    @Override
    public boolean mayTake() {
        return transaction().mayTake();
    }

    @Override
    public boolean isMessage() {
        return true;
    }

    @Override
    public void found() throws IOException {
        Body complete = transaction().body();
        if (!session.metAtOnce()) {
            complete.endLastLine();
        }
        session.hearCommands();
        if (complete.isTooLarge()) {
            LOG.info(
                    "{} message refused: over {} octets",
                    session,
                    service().limits().messageBytes());
            transaction().end();
            answers().give(Verb.DATA, Replies.TOO_LARGE);
        } else {
            store(Verb.DATA, complete, null);
        }
        session.messageEnded();
    }

    /**
     * The message is complete: its reply comes when the sink has it, and the session goes on.
     *
     * @param kept the place of the reply, where one was kept already
     */
    void store(Verb verb, Body complete, @Nullable LateReply kept) {
        MessageSink.Incoming message = complete.handOver();
        long bytes = complete.bytes();
        int recipients = transaction().recipients();
        Envelope envelope = transaction().finish(complete.finish());
        LateReply place = kept == null ? answers().later(verb) : kept;
        long now = loop().turnNanos();
        var reply = new CommitReply(message.id(), bytes, recipients, verb, place, now);
        commits().add(reply);
        Policy policy = service().policy();
        if (policy == null) {
            commit(message, envelope, reply);
            return;
        }
        Question.Then then = new Question.Then() {
            @Override
            public @Nullable Reply accepted(@Nullable Reply words) {
                commit(message, envelope, reply);
                return null;
            }

            @Override
            public void refused() {
                message.abandon();
                commits().remove(reply);
            }

            @Override
            public void dropped() {
                message.abandon();
            }
        };
        questions()
                .ask(reply.reply(), verb, Questions.Gate.OPEN, then, d -> policy.message(client(), envelope, bytes, d));
    }

    private void commit(MessageSink.Incoming message, Envelope envelope, CommitReply reply) {
        try {
            message.commit(envelope, outcome -> committed(reply, outcome));
        } catch (RuntimeException e) {
            LOG.error("{} id={} was not handed over", session, reply.id(), e);
            commits().remove(reply);
            answers().complete(reply.verb(), reply.reply(), Replies.OUR_FAULT);
        }
    }

    /** The sink has answered for a message; its reply may leave. */
    private void committed(CommitReply reply, CommitOutcome outcome) {
        if (LOG.isInfoEnabled()) {
            LOG.info(
                    "{} id={} rcpts={} octets={} outcome={}",
                    session,
                    reply.id(),
                    reply.recipients(),
                    reply.bytes(),
                    outcome);
        }
        commits().remove(reply);
        session.touch();
        Reply answer = switch (outcome) {
            case STORED -> Replies.queued(reply.id());
            case NO_ROOM -> Replies.NO_ROOM;
            case FAULT -> Replies.FAULT;
        };
        answers().complete(reply.verb(), reply.reply(), answer);
    }
}
