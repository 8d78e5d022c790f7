// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.sasl.ChannelBinding;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.SaslContext;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of the AUTHORIZATION phase (RFC 1939 §4): capabilities, TLS and the log-in, which locks and opens the
 * user's maildrop. Confined to the loop thread.
 */
final class AuthorizationCommands implements LoginCommands.Host {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizationCommands.class);

    /** What the commands need of their session. */
    interface Host {
        boolean isInTls();

        /** Begins TLS after everything that was sent before. */
        void beginTls(TlsSettings settings);

        /** The client is logged in: the TRANSACTION phase begins. */
        void opened(Maildrop maildrop);

        /** Ends the session after everything is sent. */
        void leave();
    }

    private final Pop3Service service;
    private final Host host;
    private final Pop3Replies replies;
    private final PendingWork work;
    private final LoginCommands login;
    /** The user whose maildrop this session has locked; null before the log-in and after QUIT. */
    private @Nullable String lockedUser;

    private @Nullable ChannelBinding binding;
    private boolean responseExpected;

    AuthorizationCommands(Pop3Service service, Host host, Pop3Replies replies, PendingWork work) {
        this.service = service;
        this.host = host;
        this.replies = replies;
        this.work = work;
        this.login = new LoginCommands(this, replies);
    }

    void handle(Pop3Command command, Pop3Line read) {
        switch (command) {
            case CAPA -> capabilities();
            case QUIT -> {
                replies.ok("bye");
                host.leave();
            }
            case STLS -> startTls();
            default -> logIn(command, read);
        }
    }

    private void capabilities() {
        boolean startTls = !host.isInTls() && service.tls() != null;
        replies.lines("capabilities follow", CapabilityList.lines(offeredMechanisms(), startTls));
    }

    private Set<Mechanism> offeredMechanisms() {
        return host.isInTls() || service.options().cleartextLogin() == Pop3Options.CleartextLogin.ALLOWED
                ? service.authenticator().mechanisms()
                : Set.of();
    }

    /** STLS (RFC 2595 §4). */
    private void startTls() {
        TlsSettings tls = service.tls();
        if (host.isInTls()) {
            replies.error("TLS is active already");
        } else if (tls == null) {
            replies.error("TLS is not available");
        } else {
            replies.ok("begin TLS");
            host.beginTls(tls);
        }
    }

    /** TLS has begun: forgets what the client sent before it (RFC 2595 §4). */
    void secured(SSLSession session) {
        Certificate[] ours = session.getLocalCertificates();
        binding = ours != null && ours.length > 0 && ours[0] instanceof X509Certificate certificate
                ? ChannelBinding.of(certificate)
                : null;
        login.forget();
    }

    private void logIn(Pop3Command command, Pop3Line read) {
        Set<Mechanism> offered = offeredMechanisms();
        if (command == Pop3Command.AUTH) {
            if (offered.isEmpty()) {
                replies.error("AUTH needs TLS");
            } else {
                login.auth(read.arguments(), offered);
            }
        } else if (!offered.contains(Mechanism.PLAIN)) {
            replies.error(host.isInTls() ? command + " is not offered" : command + " needs TLS");
        } else if (command == Pop3Command.USER) {
            login.user(read.argument());
        } else {
            login.pass(read.argument());
        }
    }

    /** Whether the next line is a response of a SASL exchange. */
    boolean isResponseExpected() {
        return responseExpected;
    }

    /** The log-in, for the responses of a SASL exchange. */
    LoginCommands login() {
        return login;
    }

    @Override
    public void expectResponse(boolean expected) {
        responseExpected = expected;
    }

    @Override
    public void verify(Claim claim, Consumer<ClaimResult> result) {
        work.ask(answer -> service.authenticator().verify(claim, answer), result);
    }

    @Override
    public SaslContext saslContext() {
        return service.saslContext(binding);
    }

    @Override
    public void loggedIn(String user) {
        if (!service.lock(user)) {
            replies.fault("[IN-USE] another session has this maildrop open"); // RFC 2449 §8.1.1
            return;
        }
        lockedUser = user;
        work.run(
                () -> service.maildrops().open(user),
                opened -> {
                    int total = opened.messages().size();
                    LOG.info("{} logged in user={} messages={}", host, user, total);
                    host.opened(opened);
                    replies.ok(total + " messages");
                },
                failure -> {
                    LOG.warn("{} the maildrop of user={} cannot be opened: {}", host, user, failure.toString());
                    unlock();
                    replies.fault("[SYS/TEMP] the maildrop cannot be opened now");
                },
                opened -> {});
    }

    /** Unlocks the maildrop, if this session has locked one. */
    void unlock() {
        String user = lockedUser;
        if (user != null) {
            lockedUser = null;
            service.unlock(user);
        }
    }
}
