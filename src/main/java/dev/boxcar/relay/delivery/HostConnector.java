// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.delivery.ClientTlsContexts.Trust;
import dev.boxcar.relay.delivery.DeliveryObserver.ObservedSession;
import dev.boxcar.relay.delivery.HostFailure.Login;
import dev.boxcar.relay.policy.HostSecurity;
import dev.boxcar.relay.policy.HostSecurityPlanner;
import dev.boxcar.relay.policy.TlsResult;
import dev.boxcar.relay.policy.dane.DaneVerifier;
import dev.boxcar.relay.policy.dane.TlsaSet;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.SourceAddress;
import dev.boxcar.relay.route.TlsDemand;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.client.ClientCredentials;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.SessionFailure;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.client.reply.SessionStep;
import dev.boxcar.unit.IpAddressText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the hosts of a next hop, one address after the other, until one is ready for messages. Confined to the
 * delivery loop.
 */
final class HostConnector {
    private static final Logger LOG = LoggerFactory.getLogger(HostConnector.class);
    /** RFC 5321 §5.1 asks for at least two addresses; more than a few only delay the next attempt. */
    private static final int MAX_ADDRESSES = 5;
    /** How many hosts may greet and then fail, per session. */
    private static final int MAX_GREETED = 2;

    private static final EnhancedStatus UNKNOWN_HOST = new EnhancedStatus(4, 4, 4);
    private static final EnhancedStatus LOOK_UP_FAILED = new EnhancedStatus(4, 4, 3);

    /** Receives what comes of a connection. */
    interface Listener {
        /** This client is about to connect; messages may be queued. */
        void connecting(SmtpClient client, @Nullable ObservedSession session);

        /** The client's session is over; null if it ended by QUIT. */
        void sessionOver(@Nullable SessionFailure cause);

        /** No host was ready. */
        void noHost(HostFailure last);

        /**
         * The domain of the recipients for whom a connection is opened; empty if the message waives the policies of its
         * recipients, so that it says nothing about them.
         */
        String reportedDomain();
    }

    private final EventLoop loop;
    private final NextHop nextHop;
    private final DeliveryOptions options;
    private final NameService names;
    private final HostSecurityPlanner planner;
    private final TlsSessionReporter reporter;
    private final ClientTlsContexts tls;
    private final DeliveryObserver observer;
    private final Listener listener;
    private final Queue<MailHost> hosts;
    private final Queue<SocketAddress> addresses = new ArrayDeque<>();

    private @Nullable MailHost host;
    private @Nullable SocketAddress address;
    private @Nullable SmtpClient connected;
    private @Nullable HostFailure failure;
    private int triedAddresses;
    private int greeted;
    /** How connections to the host are secured. */
    private HostSecurity planned;
    /** How the connection that is open, or is being opened, is secured. */
    private HostSecurity security;

    private @Nullable ClientCredentials used;
    private boolean loggedInAnew;

    HostConnector(
            EventLoop loop,
            NextHop nextHop,
            DeliveryOptions options,
            NameService names,
            ClientTlsContexts tls,
            DeliveryObserver observer,
            Listener listener) {
        this.loop = loop;
        this.nextHop = nextHop;
        this.options = options;
        this.names = names;
        this.planner = new HostSecurityPlanner(names);
        this.reporter = new TlsSessionReporter(nextHop, options.tlsResults());
        this.planned = HostSecurity.of(nextHop.tls());
        this.security = planned;
        this.tls = tls;
        this.observer = observer;
        this.listener = listener;
        this.hosts = HostList.order(nextHop.hosts(), ThreadLocalRandom.current());
    }

    /** The host that is connected or was tried last; the next hop's name before the first. */
    String hostName() {
        return host == null ? nextHop.name() : host.toString();
    }

    /** What the connection proves if it is in TLS. */
    TlsResult provenByTls() {
        return security.result();
    }

    /** Connects to the next address. */
    void connectNext() {
        boolean mayTryMore = triedAddresses < MAX_ADDRESSES && greeted < MAX_GREETED;
        SocketAddress next = addresses.poll();
        if (next != null && mayTryMore) {
            triedAddresses++;
            security = planned;
            reporter.connecting();
            connect(next);
            return;
        }
        MailHost nextHost = hosts.poll();
        if (nextHost == null || !mayTryMore) {
            giveUp();
            return;
        }
        host = nextHost;
        resolve(nextHost);
    }

    private void giveUp() {
        HostFailure last = failure;
        listener.noHost(
                last == null ? HostFailure.beforeLogin(hostName(), UNKNOWN_HOST, "no host to connect to") : last);
    }

    /** A server has answered a transaction for this domain, the first over its connection. */
    void ready(SmtpClient client, String domain) {
        reporter.ready(domain, currentHost(), address, client, planned);
    }

    /** Connects to the next address after a session that failed before it was ready for messages. */
    void connectAfter(SessionFailure cause) {
        HostFailure latest = OutcomeMapping.hostFailure(hostName(), cause, security, nextHop);
        note(cause.step() == SessionStep.CONNECT ? withSource(latest) : latest);
        reporter.failed(listener.reportedDomain(), currentHost(), address, connected, planned, cause);
        SocketAddress same = address;
        HostSecurity fallback = security.fallback();
        if (cause.step() == SessionStep.STARTTLS && fallback != null && same != null) {
            if (!security.policyText().isEmpty()) {
                LOG.info("host={} does not meet the {}: {}", hostName(), security.policyText(), cause.reason());
            }
            security = fallback; // RFC 7435: a broken TLS must not stop mail that would also go without it
            connect(same);
            return;
        }
        if (cause.step() == SessionStep.AUTH && same != null && mayLogInAnew()) {
            failure = null; // of old credentials, which say nothing about the new ones
            connect(same);
            return;
        }
        if (cause.step() != SessionStep.CONNECT) {
            greeted++;
        }
        connectNext();
    }

    /** The reason names the source address of the configuration: it may not be an address of this machine. */
    private HostFailure withSource(HostFailure failed) {
        SourceAddress from = address == null ? null : sourceAddress(address);
        if (from == null) {
            return failed;
        }
        String reason = "cannot connect from " + from.address().getHostAddress() + ": " + failed.reason();
        return HostFailure.beforeLogin(failed.host(), failed.status(), reason);
    }

    /** Whether the refused credentials were old and new ones can be had: once per session. */
    private boolean mayLogInAnew() {
        CredentialSource source = nextHop.credentials();
        ClientCredentials refused = used;
        boolean isWorthIt = source != null && refused != null && source.rejected(refused);
        boolean mayTry = isWorthIt && !loggedInAnew;
        loggedInAnew |= mayTry;
        return mayTry;
    }

    /**
     * Keeps the failure that says most: refused credentials, then the latest of a host that may still serve a demand
     * later, then the latest.
     */
    private void note(HostFailure latest) {
        HostFailure before = failure;
        if (before == null || weight(latest) >= weight(before)) {
            failure = latest;
        }
    }

    private static int weight(HostFailure one) {
        if (one.isPermanent()) {
            return 0;
        }
        return one.isLoginRefused() ? 2 : 1;
    }

    // ---- addresses

    private void resolve(MailHost next) {
        addresses.clear();
        planned = HostSecurity.of(nextHop.tls());
        if (next.isSocket()) {
            addresses.add(UnixDomainSocketAddress.of(next.name()));
            connectNext();
            return;
        }
        InetAddress literal = IpAddressText.parse(next.name());
        if (literal != null) {
            planned(next, List.of(literal), planner.planWithoutNames(nextHop, next));
            return;
        }
        names.addresses(next.name())
                .whenComplete((answer, unexpected) -> executeUnlessClosed(() -> resolved(next, answer)));
    }

    private void resolved(MailHost next, NameService.@Nullable Answer<InetAddress> answer) {
        if (answer == null) {
            noAddress(next, LOOK_UP_FAILED, "cannot look up " + next.name());
            return;
        }
        switch (answer.status()) {
            case FOUND ->
                planner.plan(nextHop, next, answer)
                        .whenComplete(
                                (plan, unexpected) -> executeUnlessClosed(() -> planned(next, answer.values(), plan)));
            case FAILED -> noAddress(next, LOOK_UP_FAILED, "cannot look up " + next.name() + ": " + answer.reason());
            case NO_SUCH_NAME -> noAddress(next, UNKNOWN_HOST, "the host " + next.name() + " does not exist");
            case NO_RECORD -> noAddress(next, UNKNOWN_HOST, "the host " + next.name() + " has no address");
        }
    }

    private void planned(MailHost next, List<InetAddress> found, @Nullable HostSecurity plan) {
        if (plan == null) {
            noAddress(next, LOOK_UP_FAILED, "cannot look up how to secure " + next.name());
            return;
        }
        HostSecurity.Refusal refusal = plan.refusal();
        if (refusal != null) {
            reporter.refused(listener.reportedDomain(), next, plan);
            noAddress(next, refusal.status(), refusal.reason());
            return;
        }
        planned = plan;
        found.forEach(one -> addresses.add(new InetSocketAddress(one, next.port())));
        connectNext();
    }

    private void noAddress(MailHost of, EnhancedStatus status, String reason) {
        note(HostFailure.beforeLogin(of.toString(), status, reason));
        connectNext();
    }

    // ---- connections

    private void connect(SocketAddress to) {
        address = to;
        MailHost at = currentHost();
        TlsMode mode = tlsMode(at);
        CredentialSource source = nextHop.credentials();
        HostSecurity secured = security;
        if (source != null) {
            source.current(loop.workers()::executeCleanup).whenComplete((found, failed) -> {
                if (found == null) {
                    executeUnlessClosed(() -> noCredentials(reason(failed)));
                } else {
                    prepare(to, at, mode, secured, clientOptions(to).withCredentials(found));
                }
            });
        } else if (mode == TlsMode.NONE) {
            connect(to, clientOptions(to));
        } else {
            prepare(to, at, mode, secured, clientOptions(to));
        }
    }

    /** Adds TLS on a worker, because the first TLS context takes a fifth of a second, and connects. Any thread. */
    private void prepare(SocketAddress to, MailHost at, TlsMode mode, HostSecurity secured, ClientOptions made) {
        loop.workers().executeCleanup(() -> {
            try {
                TlsSettings settings = mode == TlsMode.NONE ? null : settings(at, secured);
                ClientOptions ready = settings == null ? made : made.withTls(mode, settings);
                executeUnlessClosed(() -> connect(to, ready));
            } catch (IOException | RuntimeException e) {
                executeUnlessClosed(() -> noCredentials(String.valueOf(e.getMessage())));
            }
        });
    }

    private static String reason(@Nullable Throwable failed) {
        return failed == null ? "no credentials" : String.valueOf(failed.getMessage());
    }

    private TlsSettings settings(MailHost at, HostSecurity secured) throws IOException {
        TlsaSet tlsa = secured.tlsa();
        if (tlsa != null) { // RFC 7672 §8.1: SNI has the name below which the records are
            return TlsSettings.client(DaneVerifier.context(tlsa), tlsa.base(), at.port())
                    .withoutHostVerification();
        } else if (!secured.isAuthenticated()) {
            return tls.settings(at, Trust.ANY);
        }
        return tls.settings(at, nextHop.isSmarthost() ? Trust.SMARTHOST : Trust.PUBLIC);
    }

    private void noCredentials(String reason) {
        note(new HostFailure(hostName(), OutcomeMapping.AUTHENTICATION_FAILED, reason, Login.FAILED));
        connectNext();
    }

    private void connect(SocketAddress to, ClientOptions ready) {
        used = ready.credentials();
        MailHost at = currentHost();
        ObservedSession session = observer.connecting(at, to, loop.turnNanos());
        var client = new SmtpClient(loop, ready, listener::sessionOver, session == null ? null : session.listener());
        connected = client;
        listener.connecting(client, session);
        SourceAddress from = sourceAddress(to);
        client.open(to, from == null ? null : from.address());
    }

    private MailHost currentHost() {
        return Objects.requireNonNull(host, "the host");
    }

    private @Nullable SourceAddress sourceAddress(SocketAddress to) {
        return to instanceof InetSocketAddress inet
                ? SourceAddress.to(inet.getAddress(), nextHop.settings().sources())
                : null;
    }

    private ClientOptions clientOptions(SocketAddress to) {
        SourceAddress from = sourceAddress(to);
        String helo = from == null || from.helo().isEmpty() ? options.hostname() : from.helo();
        ClientOptions usual = ClientOptions.named(helo)
                .withProtocol(nextHop.protocol())
                .withMode(PipeliningMode.BDAT)
                .withTimeouts(options.timeouts());
        return nextHop.policy().demand() == TlsDemand.REQUIRED ? usual.requiringTlsOfServer() : usual;
    }

    private TlsMode tlsMode(MailHost to) {
        if (security.level() == TlsLevel.NONE) {
            return TlsMode.NONE;
        } else if (to.isImplicitTls()) {
            return TlsMode.IMPLICIT;
        }
        return security.level() == TlsLevel.OPPORTUNISTIC ? TlsMode.OPPORTUNISTIC : TlsMode.STARTTLS;
    }

    /** On the delivery loop; nothing if the relay has stopped in the meantime. */
    private void executeUnlessClosed(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopped while connecting to {}", hostName());
        }
    }
}
