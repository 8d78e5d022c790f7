// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.Timer;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.client.Pipeline.PendingReply;
import dev.boxcar.smtp.client.event.ClientSessionEvents;
import dev.boxcar.smtp.client.reply.ReplyReader;
import dev.boxcar.smtp.client.reply.ServerCapabilities;
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.client.reply.SessionStep;
import dev.boxcar.smtp.sasl.ChannelBinding;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server, over which transactions are sent in order, pipelined as far as the server allows (RFC
 * 2920). Every transaction has exactly one result, whatever the server does. Every wait has a timeout (RFC 5321
 * §4.5.3.2), and the memory for the server's replies is bounded.
 *
 * <p>Output is produced only when it can be sent, and input is read while output waits, so client and server never
 * block each other with full TCP windows (RFC 2920 §3.1).
 *
 * <p>Confined to the loop thread.
 */
public final class SmtpClient extends AsyncChat {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpClient.class);

    /** A reply line ends in CRLF; like other clients, this one also accepts LF alone. */
    private static final Terminator LINE = Terminator.of((byte) '\n');
    /** How many transactions may be in the output queue at a time. */
    private static final int MAX_STARTED = 8;

    private final ClientOptions options;
    private final Consumer<@Nullable SessionFailure> onEnd;
    private final @Nullable ClientSessionEvents events;
    private final Pipeline pipeline;
    private final ReplyReader reader = new ReplyReader();
    private final SessionHandshake handshake;
    private final Timer timeout;
    private final Queue<TransactionInProgress> waiting = new ArrayDeque<>();
    private final Queue<TransactionInProgress> started = new ArrayDeque<>();
    private @Nullable ChannelBinding binding;
    private @Nullable SSLSession tlsSession;
    private @Nullable SocketAddress source;
    private boolean securing;
    private boolean ready;
    private long readyNanos;
    private boolean quitting;
    private boolean quitPushed;
    private boolean reporting;
    private boolean over;

    /**
     * Creates a client without a connection yet.
     *
     * @param onEnd called once, after all results, when the session is over: with null if it ended by QUIT
     */
    public SmtpClient(EventLoop loop, ClientOptions options, Consumer<@Nullable SessionFailure> onEnd) {
        this(loop, options, onEnd, null);
    }

    /**
     * Creates a client whose session {@code listener} is told about; null for none.
     *
     * @param onEnd called once, after all results, when the session is over: with null if it ended by QUIT
     */
    public SmtpClient(
            EventLoop loop,
            ClientOptions options,
            Consumer<@Nullable SessionFailure> onEnd,
            @Nullable SessionListener listener) {
        super(loop);
        this.options = options;
        this.onEnd = onEnd;
        this.events = listener == null ? null : new ClientSessionEvents(listener, loop::turnNanos);
        this.pipeline = new Pipeline(this::restartTimeout, events);
        this.handshake = new SessionHandshake(new HandshakeConnection(), options);
        this.timeout = loop.schedule(options.timeouts().connect(), this::timedOut);
        setTerminator(LINE);
    }

    // for the caller

    /** Resolves the name if needed and connects. A failure is reported like any other end of the session. */
    public void open(SocketAddress server) {
        open(server, null);
    }

    /** The same, from this address of this machine; null if the system chooses one. */
    public void open(SocketAddress server, @Nullable InetAddress from) {
        try {
            if (from != null) {
                createSocket(from instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
                bind(new InetSocketAddress(from, 0));
            }
            connect(server);
        } catch (IOException e) {
            handleError(e);
        }
    }

    /**
     * Queues a message after those queued before; allowed at any time. If the session is over, the message fails at
     * once.
     */
    public void send(MailTransaction transaction, Consumer<TransactionResult> onResult) {
        interestChanged();
        var queued = new TransactionInProgress(transaction, this, pipeline, onResult);
        if (over || quitting) {
            queued.fail(new SessionFailure(SessionStep.CONNECT, null, "the session is over"));
            queued.report();
            return;
        }
        waiting.add(queued);
        startTransactions();
    }

    /** Ends the session with QUIT once every queued message has its result. */
    public void quit() {
        interestChanged();
        quitting = true;
        startTransactions();
    }

    /** The capabilities of the server; none before the handshake is complete. */
    public ServerCapabilities capabilities() {
        return pipeline.capabilities();
    }

    /** The TLS session with the certificate of the server; null without TLS. */
    public @Nullable SSLSession tlsSession() {
        return tlsSession;
    }

    /** When the server was ready for the first message, in nanoseconds of the loop; 0 before that. */
    public long readyNanos() {
        return readyNanos;
    }

    /** Whether bytes that were produced already wait until the server reads. On the loop thread, outside a write. */
    public boolean hasUnwrittenOutput() {
        return isWritePending();
    }

    /** Whether the connection is inside TLS. */
    public boolean isInTls() {
        return isSecure();
    }

    /** How many queued messages have no result yet. */
    public int unfinished() {
        return waiting.size() + started.size();
    }

    // output

    /** The connection as the handshake sees it. */
    private final class HandshakeConnection implements SessionHandshake.Connection {
        @Override
        public void send(SessionStep step, String line) {
            pipeline.sent(PendingReply.ofSession(step));
            LOG.debug("{} C: {}", SmtpClient.this, step == SessionStep.AUTH ? "AUTH ..." : line);
            byte[] bytes = (line + "\r\n").getBytes(US_ASCII);
            pipeline.produced(bytes);
            push(bytes);
        }

        @Override
        public boolean isEncrypted() {
            return isSecure();
        }

        @Override
        public @Nullable ChannelBinding binding() {
            return binding;
        }

        @Override
        public void compute(Callable<String> line, Consumer<String> use) {
            SmtpClient.this.compute(line, use);
        }

        @Override
        public void startTls() {
            securing = true;
            SmtpClient.this.startTls(tlsSettings());
        }

        @Override
        public void ready(ServerCapabilities capabilities) {
            pipeline.negotiate(capabilities, options);
            ready = true;
            readyNanos = loop().turnNanos();
            startTransactions();
        }

        @Override
        public void fail(SessionFailure failure) {
            end(failure);
        }
    }

    private void compute(Callable<String> line, Consumer<String> use) {
        try {
            loop().workers().execute(() -> {
                try {
                    String computed = line.call();
                    loop().execute(() -> {
                        if (!over) {
                            use.accept(computed);
                            interestChanged();
                        }
                    });
                } catch (Exception e) {
                    String reason = String.valueOf(e.getMessage());
                    loop().execute(() -> end(new SessionFailure(SessionStep.AUTH, null, reason)));
                }
            });
        } catch (RejectedExecutionException e) {
            end(new SessionFailure(SessionStep.AUTH, null, "too busy to compute the response to AUTH"));
        }
    }

    private void startTransactions() {
        do {
            while (mayStart()) {
                TransactionInProgress transaction = waiting.remove();
                started.add(transaction);
                transaction.begin();
                pushWithProducer(transaction);
            }
            reportResults();
        } while (mayStart());
        if (ready && !over && quitting && !quitPushed && waiting.isEmpty()) {
            quitPushed = true;
            pushWithProducer(new QuitProducer(pipeline));
        }
    }

    private boolean mayStart() {
        return ready && !over && !waiting.isEmpty() && started.size() < MAX_STARTED;
    }

    /** Reports, in order, the results that are known. A callback may queue more messages, or close the client. */
    private void reportResults() {
        if (reporting) {
            return;
        }
        reporting = true;
        try {
            TransactionInProgress first = started.peek();
            while (first != null && first.isDone()) {
                started.remove();
                first.report();
                first = started.peek();
            }
        } finally {
            reporting = false;
        }
        interestChanged();
    }

    // connection and TLS

    @Override
    protected void handleConnect() {
        pipeline.sent(PendingReply.ofSession(SessionStep.BANNER));
        source = ownAddress();
        if (events != null) {
            events.connected();
        }
        if (options.tlsMode() == TlsMode.IMPLICIT) {
            continueInTls(tlsSettings());
        }
    }

    private @Nullable SocketAddress ownAddress() {
        try {
            return localAddress();
        } catch (IOException e) {
            return null; // the connection is lost, and is about to end
        }
    }

    /** The address that the connection comes from, also once it is closed; null before it is open. */
    public @Nullable SocketAddress source() {
        return source;
    }

    private TlsSettings tlsSettings() {
        return Objects.requireNonNull(options.tls(), "the TLS settings");
    }

    @Override
    protected void handleSecured(SSLSession session) {
        securing = false;
        tlsSession = session;
        binding = bindingOf(session);
        if (options.tlsMode() != TlsMode.IMPLICIT) {
            handshake.secured(bytesDiscarded());
        }
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        end(new SessionFailure(SessionStep.STARTTLS, null, String.valueOf(failure.getMessage()), failure));
    }

    private static @Nullable ChannelBinding bindingOf(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? ChannelBinding.of(certificate)
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /**
     * Output is produced only when it can be sent. If the client stopped reading at that time, it could deadlock with
     * the server (RFC 2920 §3.1).
     */
    @Override
    protected boolean pausesAtHighWater() {
        return false;
    }

    // replies

    @Override
    protected void bytesRead(byte[] bytes, int from, int to) {
        if (events != null) {
            events.read(to - from);
        }
    }

    @Override
    protected void inputReleased() {
        if (events != null) {
            events.inputReleased();
        }
    }

    @Override
    protected void bytesWritten(long bytes) {
        if (events != null) {
            events.wrote(bytes);
        }
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) throws IOException {
        if (events != null) {
            events.replyBytes(to - from);
        }
        reader.collect(bytes, from, to);
    }

    @Override
    protected void foundTerminator() throws IOException {
        if (events != null) {
            events.replyBytes(terminatorBytes());
        }
        ServerReply reply = reader.endOfLine();
        if (reply != null) {
            receive(reply);
        }
    }

    private void receive(ServerReply reply) throws ProtocolException {
        PendingReply pending = pipeline.next();
        LOG.debug("{} S: {}", this, reply);
        if (events != null) {
            events.reply(reply);
        }
        if (pending == null) {
            if (reply.code() != ServerReply.SERVICE_CLOSING) {
                throw new ProtocolException("reply without a command: " + reply.text());
            }
            end(SessionFailure.of(SessionStep.MAIL, reply));
            return;
        }
        TransactionInProgress transaction = pending.transaction();
        if (transaction != null) {
            transaction.receive(pending, reply);
        }
        if (reply.code() == ServerReply.SERVICE_CLOSING && pending.step() != SessionStep.QUIT) {
            end(SessionFailure.of(pending.step(), reply));
            return;
        }
        pipeline.received();
        if (transaction == null) {
            receiveSessionReply(pending.step(), reply);
        }
        if (!over) {
            startTransactions();
        }
    }

    private void receiveSessionReply(SessionStep step, ServerReply reply) throws ProtocolException {
        switch (step) {
            case BANNER, EHLO, HELO, STARTTLS, AUTH -> handshake.receive(step, reply);
            case RSET -> {
                if (!reply.isPositive()) {
                    throw new ProtocolException("RSET refused: " + reply.text());
                }
            }
            case QUIT -> end(null);
            case CONNECT, MAIL, RCPT, DATA, MESSAGE ->
                throw new IllegalStateException(step + " belongs to a transaction");
        }
    }

    // timeout

    private void restartTimeout() {
        PendingReply next = pipeline.next();
        if (over || next == null) {
            timeout.cancel();
            return;
        }
        TransactionInProgress transaction = next.transaction();
        boolean sending = transaction != null && next.step() == SessionStep.MESSAGE && transaction.isSendingContent();
        loop().reschedule(
                        timeout,
                        sending
                                ? options.timeouts().block()
                                : options.timeouts().of(next.step()));
    }

    private void timedOut() {
        PendingReply next = pipeline.next();
        String reason = next == null
                ? "connection timed out"
                : "timeout waiting for " + next.step().reply();
        end(new SessionFailure(next == null ? SessionStep.CONNECT : next.step(), null, reason));
    }

    // end

    @Override
    protected void handleEnd() {
        lost("the server closed the connection");
    }

    @Override
    protected void handleClose() {
        lost("connection lost");
    }

    @Override
    protected void handleError(Exception failure) {
        if (!(failure instanceof IOException)) {
            LOG.warn("{} failed", this, failure);
        }
        String reason = failure instanceof UnknownHostException
                ? "unknown host"
                : failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        lost(reason);
    }

    @Override
    protected void closed() {
        lost("closed by the client");
    }

    private void lost(String reason) {
        PendingReply next = pipeline.next();
        if (next != null && next.step() == SessionStep.QUIT) {
            end(null); // every other command was answered
        } else {
            end(new SessionFailure(next == null ? stepBetweenReplies() : next.step(), null, reason));
        }
    }

    /** Where the session stands while the client waits for no reply. */
    private SessionStep stepBetweenReplies() {
        if (securing) {
            return SessionStep.STARTTLS; // many servers close the connection when the handshake fails
        }
        return ready ? SessionStep.MAIL : SessionStep.CONNECT;
    }

    private void end(@Nullable SessionFailure failure) {
        if (over) {
            return;
        }
        over = true;
        timeout.cancel();
        close();
        if (events != null) {
            events.closed();
        }
        SessionFailure cause =
                failure == null ? new SessionFailure(SessionStep.QUIT, null, "the session is over") : failure;
        for (Queue<TransactionInProgress> transactions : List.of(started, waiting)) {
            TransactionInProgress next = transactions.poll();
            while (next != null) {
                next.fail(cause);
                next.report();
                next = transactions.poll();
            }
        }
        onEnd.accept(failure);
    }
}
