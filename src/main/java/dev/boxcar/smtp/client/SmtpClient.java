// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.Timer;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.reply.ReplyReader;
import dev.boxcar.smtp.client.reply.ServerCapabilities;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server, over which transactions are sent in order, pipelined as far as the server allows (RFC
 * 2920). Every transaction handed over has exactly one outcome, whatever the server does; every wait has a bound (RFC
 * 5321 §4.5.3.2); what is held of the server's answers is bounded.
 *
 * <p>Output is made only when it can leave, and input is read while output waits: client and server never wait for each
 * other with full windows (RFC 2920 §3.1).
 *
 * <p>Confined to the loop thread.
 */
public final class SmtpClient extends AsyncChat {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpClient.class);

    /** A line ends in CRLF; an LF alone is taken too, as all clients do. */
    private static final Terminator LINE = Terminator.of((byte) '\n');
    /** Transactions of which something may be on its way. */
    private static final int MOST_ALOFT = 8;

    private final ClientOptions options;
    private final Consumer<@Nullable SessionFailure> onEnd;
    private final Pipeline dialogue = new Pipeline(this::rearm);
    private final ReplyReader reader = new ReplyReader();
    private final SessionHandshake opening;
    private final Timer silence;
    private final Queue<TransactionInProgress> waiting = new ArrayDeque<>();
    private final Queue<TransactionInProgress> aloft = new ArrayDeque<>();
    private boolean open;
    private boolean quitting;
    private boolean partingPushed;
    private boolean landing;
    private boolean over;

    /**
     * A client without a connection yet.
     *
     * @param onEnd told once, behind all outcomes, that the session is over: null if by QUIT
     */
    public SmtpClient(EventLoop loop, ClientOptions options, Consumer<@Nullable SessionFailure> onEnd) {
        super(loop);
        this.options = options;
        this.onEnd = onEnd;
        this.opening = new SessionHandshake(this, options);
        this.silence = loop.schedule(options.timeouts().connect(), this::silent);
        setTerminator(LINE);
    }

    // what a caller asks

    /** Begins: a name is looked up, the connection made, the server greeted. Failure is told as any other end. */
    public void open(InetSocketAddress server) {
        try {
            connect(server);
        } catch (IOException e) {
            handleError(e);
        }
    }

    /**
     * Sends a message behind those handed over before; it may be handed over at any time. On a session that is over it
     * has failed.
     */
    public void send(MailTransaction transaction, Consumer<TransactionResult> onOutcome) {
        interestChanged();
        var flight = new TransactionInProgress(transaction, this, dialogue, onOutcome);
        if (over || quitting) {
            flight.fail(new SessionFailure(SessionStep.CONNECT, null, "the session is over"));
            flight.tell();
            return;
        }
        waiting.add(flight);
        launch();
    }

    /** Ends the session when all that was handed over is done. */
    public void quit() {
        interestChanged();
        quitting = true;
        launch();
    }

    /** What the server offers; nothing before it was asked. */
    public ServerCapabilities offers() {
        return dialogue.offers();
    }

    /** Messages handed over that have no outcome yet. */
    public int unfinished() {
        return waiting.size() + aloft.size();
    }

    // what is said

    void say(SessionStep step, String line) {
        dialogue.expect(PendingReply.ofSession(step));
        LOG.debug("{} C: {}", this, step == SessionStep.AUTH ? "AUTH ..." : line);
        push((line + "\r\n").getBytes(US_ASCII));
    }

    /** The opening is done. */
    void opened(ServerCapabilities offers) {
        dialogue.agree(offers, options.mode());
        open = true;
        launch();
    }

    private void launch() {
        do {
            while (mayLaunch()) {
                TransactionInProgress flight = waiting.remove();
                aloft.add(flight);
                flight.begin();
                pushWithProducer(flight);
            }
            land();
        } while (mayLaunch());
        if (open && !over && quitting && !partingPushed && waiting.isEmpty()) {
            partingPushed = true;
            pushWithProducer(new QuitProducer(dialogue));
        }
    }

    private boolean mayLaunch() {
        return open && !over && !waiting.isEmpty() && aloft.size() < MOST_ALOFT;
    }

    // what is heard

    @Override
    protected void handleConnect() {
        dialogue.expect(PendingReply.ofSession(SessionStep.BANNER));
        if (options.security() == TlsMode.IMPLICIT) {
            continueInTls(how());
        }
    }

    // TLS

    /** The server is ready for it. */
    void secure() {
        startTls(how());
    }

    private TlsSettings how() {
        return Objects.requireNonNull(options.tls(), "how TLS is spoken");
    }

    boolean isInClear() {
        return !isSecure();
    }

    @Override
    protected void handleSecured(SSLSession session) {
        if (options.security() != TlsMode.IMPLICIT) {
            opening.secured(bytesDiscarded());
        }
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        end(new SessionFailure(SessionStep.STARTTLS, null, String.valueOf(failure.getMessage())));
    }

    /** Output is made when it can leave; to stop reading while it cannot would be the deadlock of RFC 2920 §3.1. */
    @Override
    protected boolean pausesAtHighWater() {
        return false;
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) throws IOException {
        reader.collect(bytes, from, to);
    }

    @Override
    protected void foundTerminator() throws IOException {
        ServerReply answer = reader.endOfLine();
        if (answer != null) {
            hear(answer);
        }
    }

    private void hear(ServerReply answer) throws ProtocolException {
        PendingReply due = dialogue.next();
        LOG.debug("{} S: {}", this, answer);
        if (due == null) {
            if (answer.code() != ServerReply.CLOSING) {
                throw new ProtocolException("an answer to nothing: " + answer.text());
            }
            end(SessionFailure.of(SessionStep.MAIL, answer));
            return;
        }
        TransactionInProgress flight = due.flight();
        if (flight != null) {
            flight.hear(due, answer);
        }
        if (answer.code() == ServerReply.CLOSING && due.step() != SessionStep.QUIT) {
            end(SessionFailure.of(due.step(), answer));
            return;
        }
        dialogue.answered();
        if (flight == null) {
            heardOfSession(due.step(), answer);
        }
        if (!over) {
            launch();
        }
    }

    private void heardOfSession(SessionStep step, ServerReply answer) throws ProtocolException {
        switch (step) {
            case BANNER, EHLO, HELO, STARTTLS, AUTH -> opening.hear(step, answer);
            case RSET -> {
                if (!answer.isPositive()) {
                    throw new ProtocolException("RSET refused: " + answer.text());
                }
            }
            case QUIT -> end(null);
            case CONNECT, MAIL, RCPT, DATA, MESSAGE -> throw new IllegalStateException(step + " of no transaction");
        }
    }

    /** Tells the outcomes that are known, in order. Whoever is told may hand over more, or close. */
    private void land() {
        if (landing) {
            return;
        }
        landing = true;
        try {
            for (TransactionInProgress flight = aloft.peek(); flight != null && flight.isDone(); flight = aloft.peek()) {
                aloft.remove();
                flight.tell();
            }
        } finally {
            landing = false;
        }
        interestChanged();
    }

    // how long is waited

    private void rearm() {
        PendingReply next = dialogue.next();
        if (over || next == null) {
            silence.cancel();
            return;
        }
        TransactionInProgress flight = next.flight();
        boolean saying = flight != null && next.step() == SessionStep.MESSAGE && flight.isSaying();
        loop().reschedule(
                        silence,
                        saying ? options.timeouts().block() : options.timeouts().of(next.step()));
    }

    private void silent() {
        PendingReply next = dialogue.next();
        String what = next == null ? "no connection in time" : "no answer to " + next.step() + " in time";
        fail(new SessionFailure(next == null ? SessionStep.CONNECT : next.step(), null, what));
    }

    // how it ends

    @Override
    protected void handleEnd() {
        lost("the server closed the connection");
    }

    @Override
    protected void handleClose() {
        lost("the connection broke");
    }

    @Override
    protected void handleError(Exception failure) {
        if (!(failure instanceof IOException)) {
            LOG.warn("{} gives up", this, failure);
        }
        String reason = failure instanceof UnknownHostException
                ? "no such host"
                : failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        lost(reason);
    }

    @Override
    protected void closed() {
        lost("given up");
    }

    private void lost(String reason) {
        PendingReply next = dialogue.next();
        if (next != null && next.step() == SessionStep.QUIT) {
            end(null); // all else was answered
        } else {
            end(new SessionFailure(
                    next == null ? open ? SessionStep.MAIL : SessionStep.CONNECT : next.step(), null, reason));
        }
    }

    void fail(SessionFailure failure) {
        end(failure);
    }

    private void end(@Nullable SessionFailure failure) {
        if (over) {
            return;
        }
        over = true;
        silence.cancel();
        close();
        SessionFailure left =
                failure == null ? new SessionFailure(SessionStep.QUIT, null, "the session is over") : failure;
        for (Queue<TransactionInProgress> flights : List.of(aloft, waiting)) {
            for (TransactionInProgress flight = flights.poll(); flight != null; flight = flights.poll()) {
                flight.fail(left);
                flight.tell();
            }
        }
        onEnd.accept(failure);
    }
}
