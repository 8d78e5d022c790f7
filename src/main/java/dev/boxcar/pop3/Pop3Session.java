// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Collector;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Producer;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.Timer;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dialogue with one client (RFC 1939). Clients may pipeline (RFC 2449 §6.6): each command gets its reply in order,
 * however the bytes arrive. While a log-in is verified or a message is opened, the following commands wait. Confined to
 * the loop thread.
 */
final class Pop3Session extends AsyncChat implements AuthorizationCommands.Host, ReplyWriter.Output {
    private static final Logger LOG = LoggerFactory.getLogger(Pop3Session.class);

    private static final Terminator CRLF = Terminator.of((byte) '\r', (byte) '\n');
    /** The longest command line without its CRLF (RFC 2449 §4). */
    private static final int MAX_COMMAND_BYTES = 253;
    /** The longest response within a SASL exchange without its CRLF (RFC 4954 §4 for SMTP; RFC 5034 names no limit). */
    private static final int MAX_RESPONSE_BYTES = 12_286;
    /** Messages opened and not yet sent; each holds a file open. */
    private static final int MAX_OPEN_MESSAGES = 2;

    private final Pop3Service service;
    private final Collector line = new Collector();
    private final ReplyWriter replies;
    private final PendingWork work;
    private final AuthorizationCommands authorization;
    /** Set once the client has logged in. */
    private @Nullable MaildropCommands maildrop;

    private @Nullable Timer idleTimer;
    private long activeNanos;
    /** Whether TLS comes before the banner. */
    private boolean awaitsTls;

    Pop3Session(EventLoop loop, Pop3Service service) {
        super(loop);
        this.service = service;
        this.replies = new ReplyWriter(this, this, service.options().maxErrors());
        this.work = new PendingWork(this, this::touch, this::handleError);
        this.authorization = new AuthorizationCommands(service, this, replies, work);
        setTerminator(CRLF);
    }

    // ---- beginning and end

    /** Sends the banner; with {@code implicitTls}, after the handshake (RFC 8314 §3.3). */
    void begin(@Nullable TlsSettings implicitTls) {
        touch();
        watchIdleness();
        if (implicitTls == null) {
            sayBanner();
        } else {
            awaitsTls = true;
            continueInTls(implicitTls);
        }
    }

    private void sayBanner() {
        replies.ok(service.options().hostname() + " Boxcar POP3 server ready");
    }

    /** The server shuts down: nothing is deleted, since the client has not said QUIT (RFC 1939 §3). */
    void shutDown() {
        replies.fault("[SYS/TEMP] the server is shutting down");
        closeWhenDone();
        try {
            flush();
        } catch (IOException e) {
            close();
        }
    }

    /** Ends the session after QUIT. Unlocks the maildrop at once, because the client may close the connection late. */
    @Override
    public void leave() {
        authorization.unlock();
        closeWhenDone();
    }

    private void watchIdleness() {
        Duration left = service.options().idleTimeout().minusNanos(loop().turnNanos() - activeNanos);
        if (left.isNegative() || left.isZero()) {
            LOG.info("{} closed, idle for {}", this, service.options().idleTimeout());
            close(); // without a reply (RFC 1939 §3)
        } else if (idleTimer == null) {
            idleTimer = loop().schedule(left, this::watchIdleness);
        } else {
            loop().reschedule(idleTimer, left);
        }
    }

    private void touch() {
        activeNanos = loop().turnNanos();
    }

    @Override
    protected void handleEnd() {
        closeWhenDone();
    }

    @Override
    protected void closed() {
        if (idleTimer != null) {
            idleTimer.cancel();
        }
        line.clear();
        authorization.unlock();
        service.ended(this);
        LOG.debug("{} closed", this);
    }

    @Override
    protected void handleError(Exception failure) {
        if (failure instanceof IOException || failure instanceof UncheckedIOException) {
            LOG.info("{} ended: {}", this, failure.toString());
        } else {
            LOG.error("{} failed", this, failure);
        }
        close();
    }

    // ---- TLS

    @Override
    protected void handleSecured(SSLSession session) throws IOException {
        authorization.secured(session);
        line.clear();
        touch();
        if (awaitsTls) {
            awaitsTls = false;
            sayBanner();
        }
    }

    @Override
    public boolean isInTls() {
        return isSecure();
    }

    @Override
    public void beginTls(TlsSettings settings) {
        startTls(settings);
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        LOG.info("{} TLS failed: {}", this, failure.getMessage());
    }

    // ---- input

    @Override
    protected boolean mayDispatch() {
        return !work.isBusy() && !awaitsTls && replies.openMessages() < MAX_OPEN_MESSAGES;
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        line.collect(bytes, from, to, authorization.isResponseExpected() ? MAX_RESPONSE_BYTES : MAX_COMMAND_BYTES);
    }

    @Override
    protected void inputReleased() {
        line.keep();
    }

    @Override
    protected void foundTerminator() {
        touch();
        boolean tooLong = line.overflowed();
        byte[] bytes = line.bytes();
        int from = line.from();
        int to = line.to();
        line.clear();
        if (authorization.isResponseExpected()) {
            if (tooLong) {
                authorization.login().responseTooLong();
            } else {
                authorization.login().respond(bytes, from, to);
            }
        } else if (tooLong) {
            replies.error("line too long");
        } else {
            command(Pop3Line.parse(bytes, from, to));
        }
    }

    private void command(Pop3Line read) {
        Pop3Command command = read.command();
        Pop3Command.Phase phase = maildrop == null ? Pop3Command.Phase.AUTHORIZATION : Pop3Command.Phase.TRANSACTION;
        if (command == null) {
            replies.error("unknown command");
        } else if (!command.isValidIn(phase)) {
            replies.error(command + (maildrop == null ? " needs a log-in" : " is not valid after the log-in"));
        } else if (!read.isComplete()) {
            replies.error(command + ": wrong number of arguments");
        } else if (maildrop == null) {
            authorization.handle(command, read);
        } else {
            handle(maildrop, command, read.arguments());
        }
    }

    private void handle(MaildropCommands mail, Pop3Command command, List<String> arguments) {
        switch (command) {
            case CAPA -> replies.lines("capabilities follow", CapabilityList.afterLogin());
            case STAT -> mail.stat();
            case LIST -> mail.list(arguments);
            case UIDL -> mail.uidl(arguments);
            case RETR -> mail.retr(arguments.get(0));
            case TOP -> mail.top(arguments.get(0), arguments.get(1));
            case DELE -> mail.dele(arguments.get(0));
            case RSET -> mail.rset();
            case NOOP -> replies.ok("");
            case QUIT -> mail.quit(this::leave);
            case STLS, USER, PASS, AUTH -> throw new IllegalStateException(command + " after the log-in");
        }
    }

    @Override
    public void opened(Maildrop opened) {
        maildrop = new MaildropCommands(opened, replies, work);
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
    public void messageSent() {
        touch();
        interestChanged();
    }

    @Override
    public void end() {
        closeWhenDone();
    }

    @Override
    protected void bytesWritten(long bytes) {
        touch();
    }

    @Override
    public String toString() {
        return "pop3=" + service.number(this);
    }
}
