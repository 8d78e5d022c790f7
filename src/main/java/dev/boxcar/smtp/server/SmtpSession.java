// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Producer;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.server.port.ClientInfo;
import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's dialogue (RFC 5321, pipelined by RFC 2920): every command gets one reply, in order, however the bytes
 * arrive.
 *
 * <p>What comes is heard by an {@link Input}, what is said goes through {@link Answers}; here they meet the channel,
 * its gate, its clock and its end. A message is answered when the sink has it; meanwhile the session reads on. A peer's
 * mistake is a {@link Reply}; a failure of the connection ends the session; a mistake of ours is 421 and a logged
 * stack. Confined to its loop's thread.
 */
final class SmtpSession extends AsyncChat {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSession.class);

    private static final Terminator LINE = Terminator.of((byte) '\r', (byte) '\n');
    private static final Duration SHUTDOWN_PATIENCE = Duration.ofMillis(500);
    private static final int MESSAGE_READ_BYTES = 256 * 1024;

    private final Desk desk;
    // What its parts have of each other (SessionPart).
    final ClientInfo client;
    final @Nullable SessionListener listener;
    final Transaction transaction;
    final Commits commits;
    final Guest guest;
    final Answers answers;
    final Entrance entrance;
    final Commands commands;
    final MessageInput messages;
    final Patience patience;
    final Hearing hearing;
    private final CommandInput lines;

    /** Where something was asked. */
    private @Nullable Questions questions;
    /** Of a client that has said AUTH. */
    private @Nullable AuthInput authentication;
    /** Of a client that has said BDAT. */
    private @Nullable ChunkInput chunks;

    private Input input;
    private boolean draining;
    private boolean mute;

    SmtpSession(Desk desk, ClientInfo client) {
        super(desk.loop());
        this.desk = desk;
        this.client = client;
        SessionListener.Source source = service().listeners();
        this.listener = source == null ? null : source.opened(client, loop().turnNanos());
        this.transaction = new Transaction(desk);
        this.commits = new Commits();
        this.guest = new Guest(service());
        this.hearing = new Hearing(this);
        this.answers = new Answers(this);
        this.entrance = new Entrance(this);
        this.patience = new Patience(this);
        this.lines = new CommandInput(this);
        this.commands = new Commands(this);
        this.messages = new MessageInput(this);
        this.input = lines;
    }

    // ---- its parts
    // ----------------------------------------------------------------------------------------------------------------

    Service service() {
        return desk.service();
    }

    /** As {@link Desk#command}. */
    Command command() {
        return desk.command();
    }

    Questions questions() {
        if (questions == null) {
            questions = new Questions(this);
        }
        return questions;
    }

    /** Those that wait for an answer, or null where none does. */
    @Nullable
    Questions questionsWaiting() {
        return questions != null && questions.areWaiting() ? questions : null;
    }

    /** Recipients that are not decided. */
    int recipientsAsked() {
        return questions == null ? 0 : questions.recipients();
    }

    // ---- TLS
    // -----------------------------------------------------------------------------------------------------------------

    /** TLS comes before the banner: while there is none, nothing is heard, and nothing said. */
    void mute() {
        mute = true;
    }

    /** Whether it is mute still. */
    boolean isMute() {
        return mute && !isSecure();
    }

    /** Goes over to TLS from the first byte on (RFC 8314 §3.3). */
    void secureFromTheStart(TlsSettings tls) {
        continueInTls(tls);
    }

    /** Goes over to TLS when all that was said so far has left (RFC 3207 §4). */
    void secure(TlsSettings tls) {
        startTls(tls);
    }

    /** Nothing that was said in clear counts any more (RFC 3207 §4.2). */
    @Override
    protected void handleSecured(SSLSession tls) throws IOException {
        LOG.info(
                "{} client={} protocol={} cipher={} discarded={}",
                this,
                client.address(),
                tls.getProtocol(),
                tls.getCipherSuite(),
                bytesDiscarded());
        hearing.skip();
        transaction.end();
        lines.clear();
        client.secured(tls);
        if (mute) {
            mute = false;
            new Greeting(this).begin();
        } else {
            patience.touch();
            hearCommands();
        }
        if (draining) {
            dismiss();
        }
    }

    /** What came in clear behind STARTTLS, and was not read. */
    long bytesThrownAway() {
        return bytesDiscarded();
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        LOG.info(
                "{} client={} discarded={} TLS failed: {}",
                this,
                client.address(),
                bytesDiscarded(),
                failure.getMessage());
        transaction.end();
    }

    // ---- input
    // ---------------------------------------------------------------------------------------------------------------

    /** From now on {@code whom} hears the input, cut at {@code terminator}. */
    void hear(Input whom, Terminator terminator) {
        input = whom;
        setTerminator(terminator);
    }

    /** From now on the input is commands. */
    void hearCommands() {
        hearLines(lines);
    }

    /** From now on the input is lines that {@code whom} hears. */
    void hearLines(Input whom) {
        hear(whom, LINE);
    }

    @Override
    protected void bytesRead(byte[] bytes, int from, int to) {
        hearing.read(bytes, from, to);
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) throws IOException {
        hearing.heard(to - from);
        patience.came(to - from, input.isMessage());
        input.collect(bytes, from, to);
    }

    @Override
    protected void foundTerminator() throws IOException {
        patience.itemEnds();
        hearing.heard(terminatorBytes());
        Input whose = input;
        if (whose.isMessage()) {
            hearing.message();
        }
        whose.found();
        if (!lines.isHolding()) {
            hearing.itemEnds();
        }
    }

    /**
     * Within {@link #foundTerminator}: whether nothing at all came before the end of the message, whose first CRLF was
     * that of the DATA line.
     */
    boolean metAtOnce() {
        return input.isMessage() && foundWithAssumedBytes();
    }

    @Override
    protected void inputReleased() {
        input.released();
        lines.released();
    }

    @Override
    protected boolean mayDispatch() {
        return !mute
                && commits.haveRoom()
                && (questions == null || questions.letOn())
                && !lines.isHolding()
                && !answers.areHeldBack()
                && input.mayTake();
    }

    /** Whether what comes in is a message. */
    boolean hearsMessage() {
        return input.isMessage();
    }

    /** Whether what hears the input can take more of it. */
    boolean mayTake() {
        return input.mayTake();
    }

    @Override
    protected int readBytes() {
        return input.isMessage() ? MESSAGE_READ_BYTES : super.readBytes();
    }

    /** An exchange of AUTH has failed. */
    void exchangeFailed() {
        lines.exchangeFailed();
    }

    /** The port that the session waited for has answered. */
    void goOnHearing() {
        patience.touch();
        boolean holding = lines.isHolding();
        try {
            lines.goOn();
            if (holding && !lines.isHolding()) {
                hearing.itemEnds(); // nothing came in while it was held
            }
        } catch (IOException | RuntimeException e) {
            handleError(e);
        }
        interestChanged();
    }

    /** The sink could not take more of a message, and can again: the wait was ours. */
    void goOnTaking() {
        if (isConnected()) {
            patience.touch();
            interestChanged();
        }
    }

    // ---- messages
    // ------------------------------------------------------------------------------------------------------------

    @Nullable
    Reply authenticate(Command command) {
        if (service().authentication() == null) {
            return Replies.NOT_OFFERED;
        } else if (authentication == null) {
            authentication = new AuthInput(this);
        }
        return authentication.begin(command);
    }

    Reply startMessage() {
        return messages.start();
    }

    ChunkInput chunks() {
        if (chunks == null) {
            chunks = new ChunkInput(this);
        }
        return chunks;
    }

    /** As {@link ChunkInput#takeOpenPlace}. */
    @Nullable
    LateReply takeOpenPlace() {
        return chunks == null ? null : chunks.takeOpenPlace();
    }

    /** The end of a message, or of a chunk, was heard: a server that shuts down waited for no more than the message. */
    void messageEnded() {
        if (draining && !transaction.hasBody()) {
            dismiss();
        }
    }

    /**
     * Whether the client has asked for UTF-8 in replies: at MAIL, or with the VRFY that is answered (RFC 6531 §3.7.4).
     */
    boolean mayUseUtf8() {
        return transaction.mayUseUtf8() || commands.mayUseUtf8();
    }

    /** Something came or was done that counts as life. */
    void touch() {
        patience.touch();
    }

    // ---- output
    // --------------------------------------------------------------------------------------------------------------

    void send(byte[] bytes) {
        push(bytes);
    }

    void send(Producer producer) {
        pushWithProducer(producer);
    }

    /**
     * An answer is known: within an event of this session it leaves at the end of that, else at the end of the turn.
     */
    void answerKnown() {
        if (!isInEvent()) {
            interestChanged();
        }
    }

    void flushAnswers() throws IOException {
        flush();
    }

    @Override
    protected void bytesWritten(long bytes) {
        if (listener != null) {
            listener.wrote(bytes, loop().turnNanos());
        }
    }

    /** What was to be answered, and has not left, never will. */
    void forgetAnswers() {
        discardBuffers();
        takeOpenPlace(); // it went with the rest
    }

    /** Runs {@code what} after a while, unless the session is gone by then. */
    void later(Duration delay, Runnable what) {
        loop().schedule(delay, () -> {
            if (!isClosed()) {
                what.run();
            }
        });
    }

    // ---- ends
    // ----------------------------------------------------------------------------------------------------------------

    /**
     * Nothing more is heard; a message that is not complete by now is none, nor is a chunk, which nobody waits to have
     * answered.
     */
    void leave() {
        LateReply open = takeOpenPlace();
        if (open != null) {
            open.omit();
        }
        transaction.end();
        closeWhenDone();
    }

    boolean isLeaving() {
        return isClosing() || !isConnected();
    }

    /**
     * The client has finished sending: what it said was answered already, and the answers that still wait will leave.
     */
    @Override
    protected void handleEnd() {
        leave();
    }

    /** Who ends the server does not wait long for clients that have been told so. */
    @Override
    protected Duration closeTimeout() {
        return draining ? SHUTDOWN_PATIENCE : super.closeTimeout();
    }

    /** The server shuts down: a body that has begun may be finished, all else ends with 421 (RFC 5321 §3.8). */
    void drain() {
        draining = true;
        if (!input.isMessage() && !transaction.hasBody()) {
            dismiss();
        }
    }

    /** The server shuts down now: a body that has begun is given up. */
    void dismiss() {
        if (entrance.needsTlsToSpeak()) {
            close();
        } else if (!isLeaving()) {
            answers.giveLast(Replies.SHUTTING_DOWN);
        }
    }

    @Override
    protected void handleError(Exception failure) {
        if (failure instanceof IOException || isLeaving()) {
            LOG.warn("{} ended: {}", this, failure.toString());
            close();
        } else {
            LOG.error("{} failed", this, failure);
            if (entrance.needsTlsToSpeak()) {
                close();
                return;
            }
            answers.giveLast(Replies.OUR_FAULT);
        }
    }

    @Override
    protected void closed() {
        LOG.debug("{} closed", this);
        patience.stop();
        guest.leave();
        lines.clear();
        if (authentication != null) {
            authentication.end();
        }
        if (questions != null) {
            questions.dropAll();
        }
        transaction.end();
        if (listener != null) {
            listener.closed(loop().turnNanos());
        }
        desk.sessionEnds();
    }

    @Override
    public String toString() {
        return "session=" + client.session();
    }
}
