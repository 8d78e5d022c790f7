// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.Producer;
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
 * One transaction under way: says its commands and its message as the answers allow (RFC 2920 §3.1), and hears the
 * answers. Nothing is made before the channel can take it, so that neither side waits for the other to read.
 *
 * <p>Confined to the loop thread.
 */
final class TransactionInProgress implements Producer {
    /** Lines are gathered up to about this. */
    private static final int PIECE_BYTES = 4 * 1024;
    /** A larger message is not sent as a chunk before the recipients were answered: it might be for nobody. */
    private static final int UNASKED_CHUNK = 64 * 1024;

    /** What is to be said next. */
    private enum Part {
        /** RSET, where one is due, else MAIL. */
        BEGIN,
        MAIL,
        RCPT,
        DATA,
        /** Nothing, until DATA is answered. */
        GO_AHEAD,
        CONTENT,
        END
    }

    private final MailTransaction transaction;
    private final Dispatcher channel;
    private final Pipeline dialogue;
    private final Consumer<TransactionResult> onOutcome;
    private final RecipientResults fates;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream(256);
    private Part part = Part.BEGIN;
    private int recipientsNamed;
    private int owed;
    private boolean mailRefused;
    private boolean endSaid;
    private boolean told;
    private @Nullable Producer message;

    TransactionInProgress(MailTransaction transaction, Dispatcher channel, Pipeline dialogue, Consumer<TransactionResult> onOutcome) {
        this.transaction = transaction;
        this.channel = channel;
        this.dialogue = dialogue;
        this.onOutcome = onOutcome;
        this.fates = new RecipientResults(transaction.recipients());
    }

    // what is said

    /** Looks at what the server offers, just before the first word: what it cannot take is not tried. */
    void begin() {
        String obstacle = MailCommands.obstacle(transaction, dialogue.offers());
        if (obstacle != null) {
            fates.decideRest(Outcome.REFUSED, SessionStep.EHLO, null, obstacle);
            part = Part.END;
        }
    }

    @Override
    public State state() {
        skip();
        boolean ready = switch (part) {
            case BEGIN -> dialogue.mayBegin();
            case MAIL -> dialogue.maySay();
            case RCPT -> dialogue.maySay();
            case DATA -> dialogue.maySay() && (fates.areAnswered() || !mustKnowRecipients());
            case GO_AHEAD -> false;
            case CONTENT, END -> true;
        };
        if (part == Part.END) {
            return State.EXHAUSTED;
        }
        return part == Part.CONTENT ? message().state() : ready ? State.READY : State.WAITING;
    }

    /** What need not be said any more is not said. */
    private void skip() {
        boolean open = part == Part.RCPT || part == Part.DATA;
        if (open && mailRefused) {
            part = Part.END;
        } else if (part == Part.DATA && fates.areAnswered() && fates.areDecided()) {
            dialogue.needReset();
            part = Part.END;
        }
    }

    private boolean mustKnowRecipients() {
        return isChunked() && transaction.content().bytes() > UNASKED_CHUNK;
    }

    /** One chunk, whose length must be known. */
    private boolean isChunked() {
        return dialogue.mode() == PipeliningMode.BDAT && transaction.content().bytes() != MessageContent.UNKNOWN;
    }

    @Override
    public ByteBuffer more() {
        if (part == Part.CONTENT) {
            dialogue.progressed();
            return message().more();
        }
        lines.reset();
        do {
            say();
        } while (lines.size() < PIECE_BYTES && part != Part.CONTENT && state() == State.READY);
        return ByteBuffer.wrap(lines.toByteArray());
    }

    private void say() {
        switch (part) {
            case BEGIN -> {
                part = Part.MAIL;
                if (dialogue.takeReset()) {
                    dialogue.expect(PendingReply.ofSession(SessionStep.RSET));
                    line("RSET");
                } else {
                    say();
                }
            }
            case MAIL -> {
                expect(SessionStep.MAIL, -1);
                line(MailCommands.mail(transaction, dialogue.offers()));
                part = Part.RCPT;
            }
            case RCPT -> {
                expect(SessionStep.RCPT, recipientsNamed);
                line(MailCommands.rcpt(transaction.recipients().get(recipientsNamed), dialogue.offers()));
                recipientsNamed++;
                part = recipientsNamed < transaction.recipients().size() ? Part.RCPT : Part.DATA;
            }
            case DATA -> {
                if (isChunked()) {
                    line("BDAT " + transaction.content().bytes() + " LAST"); // RFC 3030 §2
                    beginMessage(
                            ContentProducer.asChunk(content(), transaction.content().bytes(), this::messageSaid));
                } else {
                    expect(SessionStep.DATA, -1);
                    line("DATA");
                    part = Part.GO_AHEAD;
                }
            }
            case GO_AHEAD, CONTENT, END -> throw new IllegalStateException("nothing to say at " + part);
        }
    }

    private void line(String text) {
        lines.writeBytes(text.getBytes(UTF_8));
        lines.write('\r');
        lines.write('\n');
    }

    private Producer content() {
        return transaction.content().source().open(channel);
    }

    private void beginMessage(Producer bytes) {
        expect(SessionStep.MESSAGE, -1);
        message = bytes;
        part = Part.CONTENT;
    }

    private void messageSaid() {
        endSaid = true;
        part = Part.END;
        dialogue.progressed();
    }

    private Producer message() {
        return Objects.requireNonNull(message, "the message");
    }

    private void expect(SessionStep step, int recipient) {
        owed++;
        dialogue.expect(new PendingReply(step, this, recipient));
    }

    /** Whether the message is being said: what is waited for is that the server takes it. */
    boolean isSaying() {
        return part == Part.CONTENT;
    }

    // what is heard

    /** An answer to a command of this transaction. */
    void hear(PendingReply due, ServerReply answer) throws ProtocolException {
        owed--;
        if (answer.isIntermediate() != (due.step() == SessionStep.DATA && answer.code() == 354)) {
            throw new ProtocolException("out of step: " + answer.text() + " to " + due.step());
        }
        switch (due.step()) {
            case MAIL -> {
                if (!answer.isPositive()) {
                    mailRefused = true;
                    fates.decideRest(SessionStep.MAIL, answer);
                }
            }
            case RCPT -> fates.answered(due.recipient(), answer);
            case DATA -> heardOfData(answer);
            case MESSAGE -> heardOfMessage(answer);
            case CONNECT, BANNER, EHLO, HELO, STARTTLS, AUTH, RSET, QUIT ->
                throw new IllegalStateException(due + " in a transaction");
        }
    }

    private void heardOfData(ServerReply answer) throws ProtocolException {
        if (answer.isPositive()) {
            throw new ProtocolException("out of step: " + answer.text() + " to DATA");
        }
        if (!answer.isIntermediate()) {
            fates.decideRest(SessionStep.DATA, answer);
            if (!mailRefused) {
                dialogue.needReset();
            }
            part = Part.END;
        } else if (fates.areDecided()) { // RFC 2920 §3.1: the server waits for a message all the same, if for nobody
            beginMessage(ContentProducer.ofNothing(this::messageSaid));
        } else {
            beginMessage(ContentProducer.endedByDot(content(), transaction.content().bytes(), this::messageSaid));
        }
    }

    private void heardOfMessage(ServerReply answer) throws ProtocolException {
        if (isSaying()) {
            if (!answer.isPositive()) {
                fates.decideRest(SessionStep.MESSAGE, answer);
            }
            throw new ProtocolException("answered before its end: " + answer.text());
        }
        fates.decideRest(SessionStep.MESSAGE, answer);
        if (isChunked() && !answer.isPositive()) {
            dialogue.needReset(); // RFC 3030 §2: nothing else is certain to end what has failed
        }
    }

    // how it ends

    /** Whether all was said and answered. */
    boolean isDone() {
        skip();
        return part == Part.END && owed == 0;
    }

    /** The session is over: whoever is not decided is so by that. */
    void fail(SessionFailure failure) {
        boolean inDoubt = endSaid && failure.answer() == null;
        if (inDoubt) {
            fates.decideRest(Outcome.IN_DOUBT, SessionStep.MESSAGE, null, failure.reason());
        } else {
            fates.decideRest(failure.outcome(), failure.step(), failure.answer(), failure.reason());
        }
        part = Part.END;
    }

    /** Tells what became of the message, once. */
    void tell() {
        if (!told) {
            told = true;
            onOutcome.accept(fates.outcome());
        }
    }

    @Override
    public void abandon() {
        if (message != null) {
            message.abandon();
        }
    }
}
