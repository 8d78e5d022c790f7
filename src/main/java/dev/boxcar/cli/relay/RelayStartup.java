// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.server.GarbageWatch;
import dev.boxcar.cli.server.ListenerStartup;
import dev.boxcar.cli.server.ListenerStartup.OpenAddress;
import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.cli.server.SocketFile;
import dev.boxcar.cli.server.SystemdNotifier;
import dev.boxcar.cli.server.TlsStartup;
import dev.boxcar.relay.Relay;
import dev.boxcar.relay.RelayPolicy;
import dev.boxcar.relay.RelaySink;
import dev.boxcar.relay.ReportRecipients;
import dev.boxcar.relay.alias.RecipientExpansion;
import dev.boxcar.relay.control.ControlServer;
import dev.boxcar.relay.control.ControlSocket;
import dev.boxcar.relay.delivery.DeliveryOptions;
import dev.boxcar.relay.maildrop.MaildropPickup;
import dev.boxcar.relay.observation.AttemptRecorder;
import dev.boxcar.relay.observation.DeliveryMonitor;
import dev.boxcar.relay.observation.TranscriptText;
import dev.boxcar.relay.policy.sts.StsPolicies;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.MxLookup;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.OwnHosts;
import dev.boxcar.relay.route.RoutingRule;
import dev.boxcar.relay.route.RoutingTable;
import dev.boxcar.relay.route.RoutingTarget;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.relay.schedule.ScheduleOptions;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the parts of a relay in order: spool, SMTP server with its listeners, deliveries. Registers each part with
 * {@link Shutdown} as soon as it is started. Used once, on the main thread.
 */
final class RelayStartup {
    private static final Logger LOG = LoggerFactory.getLogger(RelayCommand.class);
    private static final Duration DELIVERY_GRACE = Duration.ofSeconds(8);
    private static final int MAX_LOOPS = 4;

    /** AUTH and TLS for clients, which are not offered if null, and TLS towards other servers. */
    record Security(
            @Nullable AuthenticationOptions authentication,
            @Nullable TlsOffer tls,
            RelayTls clientTls) {}

    /**
     * The checked options.
     *
     * @param hops how mail is sent where no smarthost and no route says otherwise
     * @param web the web interface; null if it is off
     */
    record Settings(
            List<RoutingRule> rules,
            HopSettings hops,
            RecipientExpansion expansion,
            DkimSigner signer,
            RetrySchedule retries,
            @Nullable RelayWeb web) {}

    /** A relay that runs, as far as its configuration can change. */
    record Running(
            Relay relay,
            RelayPolicy policy,
            RelaySink sink,
            ReportRecipients reports,
            AtomicReference<DkimSigner> signer,
            MxLookup mx,
            SystemdNotifier systemd) {
        /** Routes, sends and lets in by another configuration from now on. */
        void replace(
                List<RoutingRule> rules,
                HopSettings hops,
                RecipientExpansion expansion,
                DkimSigner otherSigner,
                RelayPolicy.Permissions permissions) {
            relay.replaceRouter(new RoutingTable(rules, mx, hops));
            sink.replace(expansion::apply);
            reports.replace(hops.rewriting(), expansion);
            policy.replace(permissions);
            signer.set(otherSigner.withTrusted(policy::isTrusted));
        }
    }

    private final RelayOptions options;
    private final Security security;
    private final Settings settings;
    private final Shutdown shutdown;
    private final PrintWriter out;
    private final Map<String, String> environment;
    private final String hostname;
    private final DeliveryMonitor monitor;

    RelayStartup(
            RelayOptions options,
            Map<String, String> environment,
            Security security,
            Settings settings,
            Shutdown shutdown,
            PrintWriter out) {
        this.options = options;
        this.environment = environment;
        this.security = security;
        this.settings = settings;
        this.shutdown = shutdown;
        this.out = out;
        this.hostname = options.hostname(environment);
        this.monitor = new DeliveryMonitor(options.web.record ? new AttemptRecorder() : null);
    }

    Running start() throws IOException {
        RelayStorage storage = RelayStorage.open(options, shutdown);
        RelayWeb web = settings.web();
        if (web != null) {
            web.bind(shutdown);
        }
        var sink = new RelaySink(storage.queue().sink(), settings.expansion()::apply);
        var reports = new ReportRecipients(settings.hops().rewriting(), settings.expansion());
        var policy = new RelayPolicy(options.permissions());
        var signer = new AtomicReference<>(settings.signer().withTrusted(policy::isTrusted));
        SmtpServer server =
                SmtpServer.start(serverOptions(storage.maxMessageBytes()), ports(sink, policy), shutdown::loopFailed);
        shutdown.endsSessions(server::shutdown);
        Set<InetSocketAddress> listening = listen(server);

        NameService names = options.mxTls.names(options.dns);
        StsPolicies policies = options.mxTls.policies(names, options.spool, security.clientTls()::publicTrust);
        MxLookup mx = mxLookup(names, listening, policies);
        var reporting = new TlsReporting(options, hostname, security.clientTls()::publicTrust);
        DeliveryOptions delivery = deliveryOptions()
                .withSigner(signer::get)
                .withTlsResults(reporting.begin(storage.queue(), names, policies, settings.signer(), shutdown));
        var parts = new Relay.Parts(
                storage.queue(),
                new RoutingTable(settings.rules(), mx, settings.hops()),
                names,
                security.clientTls(),
                ScheduleOptions.named(hostname).withRetries(settings.retries()).withReports(reports),
                delivery,
                monitor,
                options.deliveryLoops);
        Relay relay = Relay.start(parts, shutdown::loopFailed);
        var ending = new DeliveryEnd(relay, DELIVERY_GRACE);
        shutdown.closesAfterSessions(ending::await);
        shutdown.closesBeforeSessions(ending::begin);
        Path socket = ControlSocket.of(options.spool, runtimeDirectory(environment));
        ControlSocket.link(options.spool, socket);
        SocketFile.removeStale(socket);
        shutdown.closesBeforeSessions(ControlServer.listen(socket, relay::change, this::transcript));
        shutdown.closesBeforeSessions(
                MaildropPickup.start(options.spool, sink, hostname, messageBytes(storage.maxMessageBytes())));

        if (web != null) {
            web.start(relay, hostname, storage.statistics(), shutdown, out);
        }
        shutdown.started();
        GarbageWatch.startIfNeeded();
        LOG.info("started queue={} sync={} routes={}", storage.description(), options.sync, routesText());
        TlsOffer tls = security.tls();
        if (tls != null) {
            TlsStartup.begin(tls, () -> options.tls.files(environment, hostname));
        }
        var systemd = new SystemdNotifier(environment);
        RelaySupervision.begin(
                systemd, relay.view(), List.of(relay::executeOnEachLoop, server::executeOnEachLoop), shutdown);
        return new Running(relay, policy, sink, reports, signer, mx, systemd);
    }

    private List<String> transcript(Ulid id) {
        AttemptRecorder recorder = monitor.recorder();
        return recorder == null
                ? List.of()
                : recorder.find(id).stream()
                        .flatMap(attempt -> TranscriptText.of(attempt).stream())
                        .toList();
    }

    private MxLookup mxLookup(NameService names, Set<InetSocketAddress> listening, @Nullable StsPolicies policies) {
        var mx = new MxLookup(names, new OwnHosts(hostname, listening), options.mxPort, TlsLevel.OPPORTUNISTIC);
        if (policies == null) {
            return mx;
        }
        shutdown.closesAfterSessions(policies);
        return mx.withPolicies(policies);
    }

    private DeliveryOptions deliveryOptions() {
        DeliveryOptions named = DeliveryOptions.named(hostname);
        return options.deliveryTimeout == null
                ? named
                : named.withTimeouts(named.timeouts().atMost(options.deliveryTimeout));
    }

    /** Where programs keep files that last as long as they run (XDG). */
    private static Path runtimeDirectory(Map<String, String> environment) {
        String directory = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return Path.of(directory.isEmpty() ? System.getProperty("java.io.tmpdir") : directory);
    }

    private String routesText() {
        return settings.rules().stream()
                .map(rule -> rule.target() instanceof RoutingTarget.Smarthost smarthost
                        ? smarthost.nextHop().name()
                        : rule.target().getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(";"));
    }

    private SmtpServer.Options serverOptions(long maxStored) {
        Set<Extension> offered = Extension.all();
        // not every server that the relay passes mail to knows these, and it could not keep their promises
        offered.removeAll(EnumSet.of(Extension.BINARYMIME));
        int loops = Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors());
        return new SmtpServer.Options(
                hostname,
                loops,
                options.limits.limits(messageBytes(maxStored)).withLocalDomain(options.rewrite.origin(hostname)),
                offered,
                options.limits.access());
    }

    private long messageBytes(long maxStored) {
        return Math.min(options.limits.maxMessageSize, maxStored);
    }

    private Ports ports(RelaySink sink, RelayPolicy policy) {
        Ports ports = Ports.of(sink).withPolicy(policy);
        ports = security.authentication() == null ? ports : ports.withAuthentication(security.authentication());
        return security.tls() == null ? ports : ports.withTls(security.tls());
    }

    /** Opens all listeners, prints where they listen, and returns the addresses. */
    private Set<InetSocketAddress> listen(SmtpServer server) throws IOException {
        var addresses = new HashSet<InetSocketAddress>();
        for (OpenAddress open : ListenerStartup.open(server, options.listeners(), shutdown)) {
            out.println(open.readyLine());
            if (open.address() instanceof InetSocketAddress inet) {
                addresses.add(inet);
            }
        }
        out.flush();
        return addresses;
    }
}
