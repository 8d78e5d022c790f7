// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.session;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Producer;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.InputHandler;
import dev.boxcar.smtp.server.context.LoopContext;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.smtp.server.reply.Replies;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel of one SMTP session (RFC 5321, pipelined by RFC 2920), and its gate: it passes the input to an
 * {@link InputHandler} while the session may process input, and it ends the session.
 *
 * <p>Its parts do the rest; {@link SessionParts} connects them. They see the session only through the narrow interfaces
 * that it implements. A mistake of the client gets an error {@link Reply}; a failure of the connection ends the
 * session; a bug in this program gets 421, and its stack trace is logged. Confined to its loop's thread.
 */
public final class SmtpSession extends AsyncChat implements SessionChannel {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSession.class);

    private static final Terminator LINE = Terminator.of((byte) '\r', (byte) '\n');
    private static final Duration SHUTDOWN_CLOSE_TIMEOUT = Duration.ofMillis(500);
    private static final int MESSAGE_READ_BYTES = 256 * 1024;

    private final LoopContext context;
    private final ClientState client;
    private final @Nullable SessionListener listener;
    private final SessionParts parts;
    private InputHandler input;
    private boolean draining;
    private boolean awaitingTls;
    private boolean halfClosing;
    private boolean readingPaused;

    /** A session without a connection yet. */
    public SmtpSession(LoopContext context, ClientState client) {
        super(context.loop());
        this.context = context;
        this.client = client;
        Ports ports = context.server().ports();
        SessionListener.Source source = ports.listeners();
        Faults injected = ports.faults();
        SessionFaults faults = injected == null ? null : injected.opened(client);
        SessionListener observer = faults == null ? null : faults.listener();
        if (observer != null) {
            source = source == null ? (peer, nanos) -> observer : source.and((peer, nanos) -> observer);
        }
        this.listener = source == null ? null : source.opened(client, loop().turnNanos());
        this.parts = new SessionParts(context, client, this, listener, faults);
        this.input = parts.commands();
    }

    /** A client has connected to this listener from this address; null if it has no address. */
    public void begin(ListenerOptions options, @Nullable InetSocketAddress peer) throws IOException {
        parts.admission().begin(options, peer);
    }

    // ---- input

    @Override
    public void receive(InputHandler handler, Terminator terminator) {
        input = handler;
        setTerminator(terminator);
    }

    @Override
    public void receiveLines(InputHandler handler) {
        receive(handler, LINE);
    }

    @Override
    public void receiveCommands() {
        receiveLines(parts.commands());
    }

    @Override
    public boolean foundAtOnce() {
        return foundWithAssumedBytes();
    }

    @Override
    protected void bytesRead(byte[] bytes, int from, int to) {
        parts.offsets().read(bytes, from, to);
        parts.faults().inputRead(to - from);
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) throws IOException {
        if (input.isMessage()) {
            parts.offsets().messageBytes(bytes, from, to);
            parts.timeouts().messageBytes(to - from);
        } else {
            lineBytes(bytes, from, to);
            parts.timeouts().lineBytes();
        }
        input.collect(bytes, from, to);
    }

    @Override
    protected boolean readable() {
        boolean isReadable = super.readable();
        if (listener != null && isReadable == readingPaused) {
            readingPaused = !isReadable;
            tellReading(listener);
        }
        return isReadable;
    }

    private void tellReading(SessionListener told) {
        if (readingPaused) {
            told.readingPaused(loop().turnNanos());
        } else {
            told.readingResumed(loop().turnNanos());
        }
    }

    /** Only the bytes of commands are reported: not those of a PROXY header, nor what a client sends too early. */
    private void lineBytes(byte[] bytes, int from, int to) {
        if (input.equals(parts.commands())) {
            parts.offsets().lineBytes(bytes, from, to);
        } else {
            parts.offsets().processed(to - from);
        }
    }

    @Override
    protected void foundTerminator() throws IOException {
        parts.timeouts().itemEnded();
        parts.offsets().processed(terminatorBytes());
        boolean wasMessage = input.isMessage();
        if (wasMessage) {
            parts.offsets().message();
        }
        input.found();
        if (wasMessage && draining && !parts.transaction().hasBody()) {
            dismiss(); // the server shuts down, and waited only for this message
        }
        if (!parts.commands().isHolding()) {
            parts.offsets().itemEnded();
        }
    }

    @Override
    protected void inputReleased() {
        input.inputReleased();
        parts.commands().inputReleased();
    }

    @Override
    protected boolean mayDispatch() {
        return !awaitingTls && parts.allowInput() && input.mayTake();
    }

    @Override
    protected int readBytes() {
        return input.isMessage() ? MESSAGE_READ_BYTES : super.readBytes();
    }

    @Override
    public boolean isReceivingMessage() {
        return input.isMessage();
    }

    @Override
    public boolean mayTakeInput() {
        return input.mayTake();
    }

    /** Decisions were made: continues the input that waited for them. */
    @Override
    public void resume() {
        parts.timeouts().touch();
        boolean holding = parts.commands().isHolding();
        try {
            parts.commands().resume();
            if (holding && !parts.commands().isHolding()) {
                parts.offsets().itemEnded(); // no input was processed while the command was held back
            }
        } catch (IOException | RuntimeException e) {
            handleError(e);
        }
        interestChanged();
    }

    // ---- TLS

    @Override
    public void awaitTls() {
        awaitingTls = true;
    }

    @Override
    public boolean isAwaitingTls() {
        return awaitingTls && !isSecure();
    }

    @Override
    public void startTlsAtOnce(TlsSettings tls) {
        continueInTls(tls);
    }

    @Override
    public void startTlsAfterReplies(TlsSettings tls) {
        startTls(tls);
    }

    /** Everything that was said in clear is forgotten (RFC 3207 §4.2). */
    @Override
    protected void handleSecured(SSLSession tls) throws IOException {
        LOG.info(
                "{} client={} protocol={} cipher={} discarded={}",
                this,
                client.address(),
                tls.getProtocol(),
                tls.getCipherSuite(),
                bytesDiscarded());
        parts.offsets().discardRest();
        parts.transaction().end();
        parts.commands().clear();
        client.setSecured(tls);
        if (awaitingTls) {
            awaitingTls = false;
            parts.banner().begin();
        } else {
            parts.timeouts().touch();
            receiveCommands();
        }
        if (draining) {
            dismiss();
        }
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        LOG.info(
                "{} client={} discarded={} TLS failed: {}",
                this,
                client.address(),
                bytesDiscarded(),
                failure.getMessage());
        parts.transaction().end();
    }

    // ---- output

    @Override
    public void send(byte[] bytes) {
        push(bytes);
    }

    @Override
    public void send(Producer producer) {
        pushWithProducer(producer);
    }

    @Override
    public void acknowledgeAtOnce() {
        acknowledgeInput();
    }

    @Override
    public void flushReplies() throws IOException {
        flush();
    }

    @Override
    public void replyReady() {
        if (!isInEvent()) {
            interestChanged();
        }
    }

    @Override
    public void discardReplies() {
        discardBuffers();
        parts.replies().takeChunkReply(); // its place was discarded too
    }

    @Override
    protected void bytesWritten(long bytes) {
        if (listener != null) {
            listener.wrote(bytes, loop().turnNanos());
        }
    }

    // ---- the end

    @Override
    public void later(Duration delay, Runnable task) {
        loop().schedule(delay, () -> {
            if (!isClosed()) {
                task.run();
            }
        });
    }

    @Override
    public boolean isLeaving() {
        return isClosing() || !isConnected();
    }

    /** A message that is still incomplete is given up. */
    @Override
    public void closeAfterReplies() {
        parts.transaction().end();
        closeWhenDone();
    }

    /**
     * A client that has sent QUIT and nothing with it has seen the replies before (RFC 5321 §4.1.1.10), so nothing can
     * be lost if the connection is closed at once. Waiting is a seventh of the work of a short session. Not so within
     * TLS, where the client sends its own close_notify.
     */
    @Override
    public void closeAfterQuit() {
        boolean isWatched = listener != null && listener.watchesEnd();
        if (isWatched
                || isSecure()
                || !isInEvent()
                || hasQueuedOutput()
                || !parts.offsets().isItemAlone()) {
            closeAfterReplies();
            return;
        }
        parts.transaction().end();
        closeAtOnceWhenDone();
    }

    @Override
    public void halfCloseAfterReplies() {
        halfClosing = true;
        closeAfterReplies();
    }

    /** The client has finished sending. Its commands were processed already, and pending replies still leave. */
    @Override
    protected void handleEnd() {
        parts.faults().inputEnded();
        parts.replies().end();
    }

    /** During the shutdown of the server, a close does not wait long for the client. */
    @Override
    protected Duration closeTimeout() {
        if (draining) {
            return SHUTDOWN_CLOSE_TIMEOUT;
        }
        return halfClosing ? context.server().limits().idleTimeout() : super.closeTimeout();
    }

    /** The server shuts down: a message that has begun may be finished; otherwise the session ends (RFC 5321 §3.8). */
    public void drain() {
        draining = true;
        parts.faults().hurry();
        if (parts.faults().haveEnded()) { // the client may keep its side open for long
            later(SHUTDOWN_CLOSE_TIMEOUT, this::close);
        }
        if (!input.isMessage() && !parts.transaction().hasBody()) {
            dismiss();
        }
    }

    /** Ends the session with 421 because the server shuts down. A message that has begun is given up. */
    public void dismiss() {
        if (parts.rules().forbidClearText()) {
            close();
        } else if (!isLeaving()) {
            parts.replies().giveLast(Replies.SHUTTING_DOWN);
        }
    }

    @Override
    public void fail(Exception failure) {
        handleError(failure);
    }

    @Override
    protected void handleError(Exception failure) {
        if (failure instanceof IOException || isLeaving()) {
            LOG.warn("{} ended: {}", this, failure.toString());
            close();
        } else {
            LOG.error("{} failed", this, failure);
            if (parts.rules().forbidClearText()) {
                close();
                return;
            }
            parts.replies().giveLast(Replies.OUR_FAULT);
        }
    }

    @Override
    protected void closed() {
        LOG.debug("{} closed", this);
        parts.release();
        if (listener != null) {
            listener.closed(loop().turnNanos());
        }
        context.sessionEnded();
    }

    @Override
    public String toString() {
        return "session=" + client.session();
    }
}
