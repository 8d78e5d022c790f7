// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.async.EventLoop;
import dev.boxcar.cli.inspect.HostFindings.Certificate;
import dev.boxcar.cli.relay.RelayRouting;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.client.ClientCredentials;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.ClientTimeouts;
import dev.boxcar.smtp.client.SessionFailure;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one address of a smarthost as the relay would, does TLS and AUTH, and says QUIT. No mail is sent. Blocks;
 * one thread.
 */
final class HostProbe {
    private final RelayRouting routing;
    private final Duration timeout;

    /**
     * A probe.
     *
     * @param timeout how long the server may take for the connection and for each reply
     */
    HostProbe(RelayRouting routing, Duration timeout) {
        this.routing = routing;
        this.timeout = timeout;
    }

    /** One session and what became of it. */
    private record Session(
            SmtpClient client,
            ProbedDialogue dialogue,
            @Nullable SessionFailure failure) {
        /** Why mail cannot be sent; a server that does not answer QUIT has taken it by then. */
        @Nullable
        String reason() {
            return failure == null || failure.step() == SessionStep.QUIT
                    ? null
                    : failure.step().name() + ": " + failure.reason();
        }
    }

    /** RFC 7435: a broken TLS does not stop mail that would also go without it. */
    private static boolean goesOnInClear(NextHop nextHop, MailHost host, Session session) {
        return session.failure() != null
                && session.failure().step() == SessionStep.STARTTLS
                && nextHop.tls() == TlsLevel.OPPORTUNISTIC
                && !host.isImplicitTls();
    }

    /** Probes one address of a host. */
    HostFindings probe(NextHop nextHop, MailHost host, SocketAddress address, String shownAddress) throws IOException {
        ClientCredentials credentials =
                nextHop.credentials() == null ? null : CredentialReading.read(nextHop.credentials());
        boolean isVerified = nextHop.tls() == TlsLevel.VERIFIED;
        Session session = run(nextHop, host, address, mode(nextHop, host), isVerified, credentials);
        String tlsFailure = null;
        if (goesOnInClear(nextHop, host, session)) {
            tlsFailure = session.reason();
            session = run(nextHop, host, address, TlsMode.NONE, isVerified, credentials);
        }
        ProbedDialogue dialogue = session.dialogue();
        String user = credentials == null || session.reason() != null ? "" : credentials.user();
        var findings = new HostFindings(
                nextHop,
                host,
                shownAddress,
                session.reason(),
                dialogue.roundTrip(),
                dialogue.banner(),
                "",
                tlsFailure,
                null,
                user,
                user.isEmpty() ? "" : dialogue.mechanism(),
                dialogue.maxBytes(),
                dialogue.offers());
        SSLSession secured = session.client().tlsSession();
        if (secured != null) {
            boolean trusted = isVerified || isTrusted(nextHop, host, address);
            return withCertificate(findings, secured, trusted);
        }
        boolean hasBegunTls = dialogue.hasStartedTls() || (host.isImplicitTls() && dialogue.roundTrip() != null);
        return isVerified && hasBegunTls ? withRefusedCertificate(findings, host, address) : findings;
    }

    /** Shows the certificate that was not trusted: a second session accepts any. */
    private HostFindings withRefusedCertificate(HostFindings findings, MailHost host, SocketAddress address) {
        boolean isVerified = false;
        SSLSession secured = run(findings.nextHop(), host, address, mode(findings.nextHop(), host), isVerified, null)
                .client()
                .tlsSession();
        return secured == null ? findings : withCertificate(findings, secured, false);
    }

    /** Whether the level {@code verified} would work, too. */
    private boolean isTrusted(NextHop nextHop, MailHost host, SocketAddress address) {
        boolean isVerified = true;
        return run(nextHop, host, address, mode(nextHop, host), isVerified, null)
                        .reason()
                == null;
    }

    private static HostFindings withCertificate(HostFindings findings, SSLSession session, boolean trusted) {
        try {
            var certificate = (X509Certificate) session.getPeerCertificates()[0];
            return findings.withCertificate(
                    new Certificate(
                            certificate.getSubjectX500Principal().getName(),
                            names(certificate),
                            certificate.getIssuerX500Principal().getName(),
                            certificate.getNotAfter().toInstant(),
                            trusted),
                    session.getProtocol() + " " + session.getCipherSuite());
        } catch (SSLPeerUnverifiedException e) {
            return findings;
        }
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            return alternatives == null
                    ? List.of()
                    : alternatives.stream()
                            .map(one -> one.get(1))
                            .filter(String.class::isInstance)
                            .map(String.class::cast)
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private Session run(
            NextHop nextHop,
            MailHost host,
            SocketAddress address,
            TlsMode mode,
            boolean isVerified,
            @Nullable ClientCredentials credentials) {
        ClientOptions options = ClientOptions.named(routing.hostname())
                .withProtocol(nextHop.protocol())
                .withTimeouts(ClientTimeouts.all(timeout));
        if (mode != TlsMode.NONE) {
            options = options.withTls(mode, routing.tls(host, isVerified).withHandshakeTimeout(timeout));
        }
        if (credentials != null) {
            options = options.withCredentials(credentials);
        }
        var failure = new AtomicReference<@Nullable SessionFailure>();
        List<SmtpClient> clients = new ArrayList<>();
        var dialogue = new ProbedDialogue(System.nanoTime());
        try (var loop = EventLoop.open("check")) {
            var client = new SmtpClient(loop, options, failure::set, dialogue);
            clients.add(client);
            client.quit();
            client.open(address);
            loop.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Session(clients.get(0), dialogue, failure.get());
    }

    private static TlsMode mode(NextHop nextHop, MailHost host) {
        return switch (nextHop.tls()) {
            case NONE -> TlsMode.NONE;
            case OPPORTUNISTIC -> host.isImplicitTls() ? TlsMode.IMPLICIT : TlsMode.OPPORTUNISTIC;
            case REQUIRED, VERIFIED -> host.isImplicitTls() ? TlsMode.IMPLICIT : TlsMode.STARTTLS;
        };
    }
}
