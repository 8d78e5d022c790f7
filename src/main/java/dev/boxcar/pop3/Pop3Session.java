// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Collector;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.Timer;
import dev.boxcar.async.producer.HookedProducer;
import dev.boxcar.async.producer.StreamProducer;
import dev.boxcar.async.tls.TlsFailure;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.sasl.ChannelBinding;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dialogue with one client (RFC 1939). Clients may pipeline (RFC 2449 §6.6): each command gets its reply in order,
 * however the bytes arrive. While a log-in is verified or a message is opened, the following commands wait. Confined to
 * the loop thread.
 */
final class Pop3Session extends AsyncChat implements Pop3Replies, LoginCommands.Host {
    private static final Logger LOG = LoggerFactory.getLogger(Pop3Session.class);

    private static final Terminator CRLF = Terminator.of((byte) '\r', (byte) '\n');
    /** The longest command line without its CRLF (RFC 2449 §4). */
    private static final int MAX_COMMAND_BYTES = 253;
    /** The longest response within a SASL exchange without its CRLF (RFC 4954 §4 for SMTP; RFC 5034 names no limit). */
    private static final int MAX_RESPONSE_BYTES = 12_286;
    /** Messages opened and not yet sent; each holds a file open. */
    private static final int MAX_OPEN_MESSAGES = 2;

    private static final byte[] END_OF_LINES = ".\r\n".getBytes(US_ASCII);

    private final Pop3Service service;
    private final Collector line = new Collector();
    private final LoginCommands login;
    private final PendingWork work;
    /** Set once the client has logged in. */
    private @Nullable MaildropCommands maildrop;
    /** The user whose maildrop this session has locked; null before the log-in. */
    private @Nullable String lockedUser;

    private @Nullable ChannelBinding binding;
    private @Nullable Timer idleTimer;
    private long activeNanos;
    /** Whether the next line is a response of a SASL exchange. */
    private boolean responseExpected;
    /** Whether TLS comes before the banner. */
    private boolean awaitsTls;

    private int openMessages;
    private int errors;

    Pop3Session(EventLoop loop, Pop3Service service) {
        super(loop);
        this.service = service;
        this.login = new LoginCommands(this, this);
        this.work = new PendingWork(this, this::touch, this::handleError);
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
        ok(service.options().hostname() + " Boxcar POP3 server ready");
    }

    /** The server shuts down: nothing is deleted, since the client has not said QUIT (RFC 1939 §3). */
    void shutDown() {
        fault("[SYS/TEMP] the server is shutting down");
        closeWhenDone();
        try {
            flush();
        } catch (IOException e) {
            close();
        }
    }

    /** Ends the session after QUIT. Unlocks the maildrop at once, because the client may close the connection late. */
    private void leave() {
        String user = lockedUser;
        if (user != null) {
            lockedUser = null;
            service.unlock(user);
        }
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
        service.ended(this, lockedUser);
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
        Certificate[] ours = session.getLocalCertificates();
        binding = ours != null && ours.length > 0 && ours[0] instanceof X509Certificate certificate
                ? ChannelBinding.of(certificate)
                : null;
        login.forget();
        line.clear();
        touch();
        if (awaitsTls) {
            awaitsTls = false;
            sayBanner();
        }
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        LOG.info("{} TLS failed: {}", this, failure.getMessage());
    }

    // ---- input

    @Override
    protected boolean mayDispatch() {
        return !work.isBusy() && !awaitsTls && openMessages < MAX_OPEN_MESSAGES;
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {
        line.collect(bytes, from, to, responseExpected ? MAX_RESPONSE_BYTES : MAX_COMMAND_BYTES);
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
        if (responseExpected) {
            if (tooLong) {
                login.responseTooLong();
            } else {
                login.respond(bytes, from, to);
            }
        } else if (tooLong) {
            error("line too long");
        } else {
            command(Pop3Line.parse(bytes, from, to));
        }
    }

    private void command(Pop3Line read) {
        Pop3Command command = read.command();
        Pop3Command.Phase phase = maildrop == null ? Pop3Command.Phase.AUTHORIZATION : Pop3Command.Phase.TRANSACTION;
        if (command == null) {
            error("unknown command");
        } else if (!command.isValidIn(phase)) {
            error(command + (maildrop == null ? " needs a log-in" : " is not valid after the log-in"));
        } else if (!read.isComplete()) {
            error(command + ": wrong number of arguments");
        } else if (maildrop == null) {
            beforeLogin(command, read);
        } else {
            afterLogin(maildrop, command, read.arguments());
        }
    }

    private void beforeLogin(Pop3Command command, Pop3Line read) {
        switch (command) {
            case CAPA -> capabilities();
            case QUIT -> {
                ok("bye");
                closeWhenDone();
            }
            case STLS -> startTls();
            default -> logIn(command, read);
        }
    }

    private void logIn(Pop3Command command, Pop3Line read) {
        Set<Mechanism> offered = offeredMechanisms();
        if (command == Pop3Command.AUTH) {
            if (offered.isEmpty()) {
                error("AUTH needs TLS");
            } else {
                login.auth(read.arguments(), offered);
            }
        } else if (!offered.contains(Mechanism.PLAIN)) {
            error(isSecure() ? command + " is not offered" : command + " needs TLS");
        } else if (command == Pop3Command.USER) {
            login.user(read.argument());
        } else {
            login.pass(read.argument());
        }
    }

    private void afterLogin(MaildropCommands mail, Pop3Command command, List<String> arguments) {
        switch (command) {
            case CAPA -> capabilities();
            case STAT -> mail.stat();
            case LIST -> mail.list(arguments);
            case UIDL -> mail.uidl(arguments);
            case RETR -> mail.retr(arguments.get(0));
            case TOP -> mail.top(arguments.get(0), arguments.get(1));
            case DELE -> mail.dele(arguments.get(0));
            case RSET -> mail.rset();
            case NOOP -> ok("");
            case QUIT -> mail.quit(this::leave);
            case STLS, USER, PASS, AUTH -> throw new IllegalStateException(command + " after the log-in");
        }
    }

    private void capabilities() {
        boolean isBeforeLogin = maildrop == null;
        boolean startTls = isBeforeLogin && !isSecure() && service.tls() != null;
        lines("capabilities follow", CapabilityList.lines(isBeforeLogin ? offeredMechanisms() : Set.of(), startTls));
    }

    private Set<Mechanism> offeredMechanisms() {
        return isSecure() || service.options().cleartextLogin() == Pop3Options.CleartextLogin.ALLOWED
                ? service.authenticator().mechanisms()
                : Set.of();
    }

    /** STLS (RFC 2595 §4). */
    private void startTls() {
        TlsSettings tls = service.tls();
        if (isSecure()) {
            error("TLS is active already");
        } else if (tls == null) {
            error("TLS is not available");
        } else {
            ok("begin TLS");
            startTls(tls);
        }
    }

    // ---- log-in

    @Override
    public void verify(Claim claim, Consumer<ClaimResult> result) {
        work.ask(answer -> service.authenticator().verify(claim, answer), result);
    }

    @Override
    public void loggedIn(String user) {
        if (!service.lock(user)) {
            fault("[IN-USE] another session has this maildrop open"); // RFC 2449 §8.1.1
            return;
        }
        lockedUser = user;
        work.run(
                () -> service.maildrops().open(user),
                opened -> {
                    maildrop = new MaildropCommands(opened, this, work);
                    LOG.info("{} logged in user={} messages={}", this, user, maildrop.total());
                    ok(maildrop.total() + " messages");
                },
                failure -> {
                    LOG.warn("{} the maildrop of user={} cannot be opened: {}", this, user, failure.toString());
                    service.unlock(user);
                    lockedUser = null;
                    fault("[SYS/TEMP] the maildrop cannot be opened now");
                },
                opened -> {});
    }

    @Override
    public void expectResponse(boolean expected) {
        responseExpected = expected;
    }

    @Override
    public SaslContext saslContext() {
        return service.saslContext(binding);
    }

    // ---- output

    @Override
    public void ok(String text) {
        say("+OK", text);
    }

    @Override
    public void error(String text) {
        say("-ERR", text);
        if (++errors > service.options().maxErrors()) {
            say("-ERR", "too many errors");
            closeWhenDone();
        }
    }

    @Override
    public void fault(String text) {
        say("-ERR", text);
    }

    @Override
    public void challenge(String text) {
        push(("+ " + text + "\r\n").getBytes(UTF_8));
    }

    @Override
    public void lines(String text, Collection<String> lines) {
        ok(text);
        var block = new StringBuilder();
        lines.forEach(each -> block.append(each).append("\r\n"));
        push(block.toString().getBytes(UTF_8));
        push(END_OF_LINES);
    }

    @Override
    public void message(String text, InputStream lines) {
        ok(text);
        openMessages++;
        pushWithProducer(HookedProducer.of(StreamProducer.of(this, lines), bytes -> {
            openMessages--;
            touch();
            interestChanged();
        }));
        push(END_OF_LINES);
    }

    private void say(String status, String text) {
        push((text.isEmpty() ? status + "\r\n" : status + " " + text + "\r\n").getBytes(UTF_8));
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
