// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.Producer;
import dev.boxcar.smtp.client.Pipeline.PendingReply;
import dev.boxcar.smtp.client.TransactionResult.Outcome;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One transaction while it is being sent: produces its commands and its message as far as the replies so far allow (RFC
 * 2920 §3.1), and receives the replies. Output is produced only when the channel can send it, so client and server
 * never wait for each other to read.
 *
 * <p>Confined to the loop thread.
 */
final class TransactionInProgress implements Producer {
    /** Commands are gathered into pieces of about this size. */
    private static final int PIECE_BYTES = 4 * 1024;
    /** A larger chunk waits until the recipients are answered: the server might accept none of them. */
    private static final int MAX_UNACCEPTED_CHUNK_BYTES = 64 * 1024;

    private static final int NO_RECIPIENT = -1;
    private static final int START_MAIL_INPUT = 354;

    /** What is sent next. */
    private enum Next {
        /** RSET if it is needed, then MAIL. */
        BEGIN,
        MAIL,
        RCPT,
        DATA,
        /** Nothing until DATA is answered. */
        DATA_REPLY,
        CONTENT,
        /** Nothing more. */
        END
    }

    private final MailTransaction transaction;
    private final Dispatcher channel;
    private final Pipeline pipeline;
    private final Consumer<TransactionResult> onResult;
    private final RecipientResults results;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream(256);
    private Next next = Next.BEGIN;
    private int recipientsSent;
    private int pendingReplies;
    private boolean mailRefused;
    private boolean endSent;
    private boolean answered;
    private boolean reported;
    private @Nullable Producer content;

    TransactionInProgress(
            MailTransaction transaction, Dispatcher channel, Pipeline pipeline, Consumer<TransactionResult> onResult) {
        this.transaction = transaction;
        this.channel = channel;
        this.pipeline = pipeline;
        this.onResult = onResult;
        this.results = new RecipientResults(transaction.recipients());
    }

    // output

    /**
     * Compares the message with the server's capabilities before anything is sent; refuses or defers it if they do not
     * allow it. The reason begins with a status then.
     */
    void begin() {
        String obstacle = MailCommands.obstacle(transaction, pipeline.capabilities());
        if (obstacle != null) {
            results.decideRest(Outcome.REFUSED, SessionStep.EHLO, null, obstacle);
            next = Next.END;
            return;
        }
        String reasonToWait = MailCommands.reasonToWait(transaction, pipeline.capabilities());
        if (reasonToWait != null && !pipeline.answersEachRecipient()) {
            results.decideRest(Outcome.DEFERRED, SessionStep.EHLO, null, reasonToWait);
            next = Next.END;
        }
    }

    @Override
    public State state() {
        skipNeedlessCommands();
        return switch (next) {
            case BEGIN -> readyIf(pipeline.mayBegin());
            case MAIL, RCPT -> readyIf(pipeline.maySend());
            case DATA -> readyIf(pipeline.maySend() && (results.areAnswered() || !awaitsRecipients()));
            case DATA_REPLY -> State.WAITING;
            case CONTENT -> content().state();
            case END -> State.EXHAUSTED;
        };
    }

    private static State readyIf(boolean maySend) {
        return maySend ? State.READY : State.WAITING;
    }

    /** Ends the transaction early if MAIL was refused, or every recipient before DATA was sent. */
    private void skipNeedlessCommands() {
        if (mailRefused && (next == Next.RCPT || next == Next.DATA)) {
            next = Next.END;
        } else if (next == Next.DATA && results.areAnswered() && results.areDecided()) {
            pipeline.requireReset();
            next = Next.END;
        }
    }

    private boolean awaitsRecipients() {
        return isChunked() && transaction.content().bytes() > MAX_UNACCEPTED_CHUNK_BYTES;
    }

    /** Whether the message is sent as one chunk; its size must be known for that. */
    private boolean isChunked() {
        return pipeline.mode() == PipeliningMode.BDAT && transaction.content().bytes() != MessageContent.UNKNOWN;
    }

    @Override
    public ByteBuffer more() {
        if (next == Next.CONTENT) {
            pipeline.progressed();
            ByteBuffer piece = content().more();
            pipeline.producedContent(piece.remaining());
            return piece;
        }
        lines.reset();
        do {
            addCommand();
        } while (lines.size() < PIECE_BYTES && next != Next.CONTENT && state() == State.READY);
        return ByteBuffer.wrap(lines.toByteArray());
    }

    private void addCommand() {
        switch (next) {
            case BEGIN -> {
                next = Next.MAIL;
                if (pipeline.takeReset()) {
                    pipeline.sent(PendingReply.ofSession(SessionStep.RSET));
                    addLine("RSET");
                } else {
                    addCommand();
                }
            }
            case MAIL -> {
                expectReply(SessionStep.MAIL, NO_RECIPIENT);
                addLine(MailCommands.mail(transaction, pipeline.capabilities()));
                next = Next.RCPT;
            }
            case RCPT -> {
                expectReply(SessionStep.RCPT, recipientsSent);
                addLine(MailCommands.rcpt(transaction.recipients().get(recipientsSent), pipeline.capabilities()));
                recipientsSent++;
                next = recipientsSent < transaction.recipients().size() ? Next.RCPT : Next.DATA;
            }
            case DATA -> {
                long size = transaction.content().bytes();
                if (isChunked()) {
                    addLine("BDAT " + size + " LAST"); // RFC 3030 §2
                    beginContent(ContentProducer.forBdat(openContent(), size, this::contentSent));
                } else {
                    expectReply(SessionStep.DATA, NO_RECIPIENT);
                    addLine("DATA");
                    next = Next.DATA_REPLY;
                }
            }
            case DATA_REPLY, CONTENT, END -> throw new IllegalStateException("no command to send in state " + next);
        }
    }

    private void addLine(String text) {
        byte[] line = (text + "\r\n").getBytes(UTF_8);
        lines.writeBytes(line);
        pipeline.produced(line);
    }

    private Producer openContent() {
        return transaction.content().source().open(channel);
    }

    private void beginContent(Producer producer) {
        if (pipeline.answersEachRecipient()) {
            results.undecided().forEach(recipient -> expectReply(SessionStep.MESSAGE, recipient));
        } else {
            expectReply(SessionStep.MESSAGE, NO_RECIPIENT);
        }
        content = producer;
        next = Next.CONTENT;
    }

    private void contentSent() {
        endSent = true;
        pipeline.producedMessage(pipeline.answersEachRecipient() ? pendingReplies : 1);
        next = Next.END;
        pipeline.progressed();
    }

    private Producer content() {
        return Objects.requireNonNull(content, "the content");
    }

    private void expectReply(SessionStep step, int recipient) {
        pendingReplies++;
        pipeline.sent(new PendingReply(step, this, recipient));
    }

    /** Whether the message is being sent, so that the client waits for the server to accept more of it. */
    boolean isSendingContent() {
        return next == Next.CONTENT;
    }

    // replies

    /** Receives the reply to a command of this transaction. */
    void receive(PendingReply pending, ServerReply reply) throws ProtocolException {
        pendingReplies--;
        answered = true;
        SessionStep step = pending.step();
        if (reply.isIntermediate() != (step == SessionStep.DATA && reply.code() == START_MAIL_INPUT)) {
            throw unexpected(reply, step);
        }
        switch (step) {
            case MAIL -> {
                if (!reply.isPositive()) {
                    mailRefused = true;
                    results.decideRest(SessionStep.MAIL, reply);
                }
            }
            case RCPT -> results.answered(pending.recipient(), reply);
            case DATA -> receiveDataReply(reply);
            case MESSAGE -> receiveMessageReply(pending.recipient(), reply);
            case CONNECT, BANNER, EHLO, HELO, STARTTLS, AUTH, RSET, QUIT ->
                throw new IllegalStateException(step + " is not a step of a transaction");
        }
    }

    private static ProtocolException unexpected(ServerReply reply, SessionStep step) {
        return new ProtocolException("unexpected reply to " + step + ": " + reply.text());
    }

    private void receiveDataReply(ServerReply reply) throws ProtocolException {
        if (reply.isPositive()) {
            throw unexpected(reply, SessionStep.DATA);
        }
        if (!reply.isIntermediate()) {
            results.decideRest(SessionStep.DATA, reply);
            if (!mailRefused) {
                pipeline.requireReset();
            }
            next = Next.END;
        } else if (results.areDecided()) {
            // RFC 2920 §3.1: the server waits for a message even if it refused every recipient
            beginContent(ContentProducer.emptyForData(this::contentSent));
        } else {
            beginContent(ContentProducer.forData(transaction.content(), openContent(), this::contentSent));
        }
    }

    private void receiveMessageReply(int recipient, ServerReply reply) throws ProtocolException {
        if (isSendingContent()) {
            if (!reply.isPositive()) {
                results.decideRest(SessionStep.MESSAGE, reply);
            }
            throw new ProtocolException("reply before the end of the message: " + reply.text());
        }
        if (recipient == NO_RECIPIENT) {
            results.decideRest(SessionStep.MESSAGE, reply);
        } else {
            results.decideOne(recipient, SessionStep.MESSAGE, reply);
        }
        if (isChunked() && !reply.isPositive()) {
            pipeline.requireReset(); // RFC 3030 §2: after a failed chunk only RSET surely ends the transaction
        }
    }

    // end

    /** Whether everything was sent and answered. */
    boolean isDone() {
        skipNeedlessCommands();
        return next == Next.END && pendingReplies == 0;
    }

    /** Ends the transaction because the session failed; every undecided recipient gets this failure as its result. */
    void fail(SessionFailure failure) {
        boolean inDoubt = endSent && failure.reply() == null;
        if (inDoubt) {
            results.decideRest(Outcome.IN_DOUBT, SessionStep.MESSAGE, null, failure.reason());
        } else {
            results.decideRest(failure.outcome(), failure.step(), failure.reply(), failure.reason());
        }
        next = Next.END;
    }

    /** Reports the result, once. */
    void report() {
        if (!reported) {
            reported = true;
            onResult.accept(results.result(answered));
        }
    }

    @Override
    public boolean keepsPieces() {
        return content == null || content.keepsPieces();
    }

    @Override
    public void abandon() {
        if (content != null) {
            content.abandon();
        }
    }
}
