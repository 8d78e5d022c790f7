// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.lab.LabSetup;
import dev.boxcar.cli.lab.SessionPrinter;
import dev.boxcar.cli.option.SinkOptions;
import dev.boxcar.cli.option.Version;
import dev.boxcar.cli.pop3.Pop3Startup;
import dev.boxcar.cli.server.AllowedRecipients;
import dev.boxcar.cli.server.GarbageWatch;
import dev.boxcar.cli.server.ListenerStartup;
import dev.boxcar.cli.server.ListenerStartup.OpenAddress;
import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.cli.server.TlsStartup;
import dev.boxcar.cli.source.UnsupportedVariables;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.lab.fault.FaultLog;
import dev.boxcar.record.Recorder;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.SessionNamespaces;
import dev.boxcar.sink.search.TagFilters;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.spool.segment.SegmentSpool;
import dev.boxcar.tls.KeyFileWatcher;
import dev.boxcar.tls.KeyFiles;
import dev.boxcar.web.OptionalFeatures;
import dev.boxcar.web.RefusalCounter;
import dev.boxcar.web.WebInterface;
import dev.boxcar.web.http.HttpServer;
import dev.boxcar.web.http.WebAccounts;
import dev.boxcar.web.mailpit.Chaos;
import dev.boxcar.web.mailpit.ChaosState;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.ServerInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the parts of a sink or a lab in order: spool, inbox, SMTP server with its listeners, POP3 server, web
 * interface. Registers each part with {@link Shutdown} as soon as it is started. Used once, on the main thread.
 */
final class SinkStartup {
    private static final Logger LOG = LoggerFactory.getLogger(SinkCommand.class);
    private static final long MAX_RECORDED_BYTES = 16L * 1024 * 1024;

    /** The settings that are read from files before the start; a setting that is null is not used. */
    record Settings(
            @Nullable AuthenticationOptions authentication,
            @Nullable TlsOffer tls,
            @Nullable KeyFiles webTls,
            WebAccounts webAccounts,
            TagFilters tagFilters) {}

    private final SinkOptions options;
    private final Map<String, String> environment;
    private final Settings settings;
    private final @Nullable LabSetup lab;
    private final Shutdown shutdown;
    private final PrintWriter out;
    private final List<String> readyLines = new ArrayList<>();
    private final long startedMillis = System.currentTimeMillis();
    private final RefusalCounter refusals = new RefusalCounter();
    private final ReleasedArrivals arrivals;
    private final @Nullable Chaos chaos;
    private final @Nullable Recorder recorder;

    SinkStartup(
            SinkOptions options,
            Map<String, String> environment,
            Settings settings,
            @Nullable LabSetup lab,
            Shutdown shutdown,
            PrintWriter out) {
        this.options = options;
        this.environment = environment;
        this.settings = settings;
        this.shutdown = shutdown;
        this.out = out;
        this.arrivals = new ReleasedArrivals(options, environment);
        this.lab = lab;
        this.chaos = chaos(options.api().chaos());
        boolean records = options.web().address() != null && options.web().recordsSessions();
        var sessions = Recorder.withInput(options.web().recordedInputBytes(), MAX_RECORDED_BYTES);
        this.recorder = lab != null ? sessions.withContentFacts() : records ? sessions : null;
    }

    private @Nullable Chaos chaos(@Nullable ChaosState state) {
        if (state == null) {
            return null;
        }
        long seed = lab == null
                ? ThreadLocalRandom.current().nextLong()
                : lab.scripts().store().seed();
        return new Chaos(
                state, seed, lab == null ? new FaultLog() : lab.scripts().log());
    }

    void start() throws IOException {
        UnsupportedVariables.warnings(environment).forEach(LOG::warn);
        Spool spool = openSpool();
        shutdown.closesLast(spool);
        HttpServer.Bound webSockets = bindWeb();
        Webhook webhook = webSockets == null ? null : openWebhook();
        boolean needsInbox = webSockets != null
                || options.pop3().isWanted()
                || options.autoRelease().isWanted();
        arrivals.open(spool, shutdown); // before the inbox, so that it closes after the inbox
        Inbox inbox = needsInbox ? openInbox(spool, webhook) : null;
        long maxMessageBytes = maxMessageBytes(spool);

        SmtpServer.Options serverOptions = options.server(environment, maxMessageBytes);
        SessionPrinter printer = lab == null || recorder == null ? null : SessionPrinter.of(recorder, lab, out);
        SmtpServer server = SmtpServer.start(
                lab == null ? serverOptions : lab.adjust(serverOptions), ports(spool), shutdown::loopFailed);
        shutdown.endsSessions(server::shutdown);
        List<OpenAddress> open = ListenerStartup.open(server, options.listeners(), shutdown);
        open.forEach(each -> readyLines.add(each.readyLine()));
        List<String> listening = open.stream().map(OpenAddress::text).toList();
        arrivals.checkNoLoop(listening);
        if (inbox != null && options.pop3().isWanted()) {
            beginTls(); // now, because POP3 waits for the key: it must know whether it offers TLS
            var pop3 = new Pop3Startup(options, settings.tls(), readyLines::add);
            shutdown.closesBeforeSessions(pop3.start(inbox, environment));
        }
        printReadyLines(); // every port is open now; starting the web server takes a moment
        if (webSockets != null && inbox != null) {
            ServerInfo info = serverInfo(listening, maxMessageBytes);
            startWeb(webSockets, inbox, spool, info, webhook);
        }

        shutdown.started();
        GarbageWatch.startIfNeeded();
        if (printer != null) {
            printer.start();
            shutdown.closesAfterSessions(printer);
        }
        LOG.info("started spool={} sync={}", options.spool(), options.sync());
        if (!options.pop3().isWanted()) {
            beginTls(); // last, because loading the key takes longer than the rest of the start
        }
    }

    private void beginTls() {
        TlsOffer tls = settings.tls();
        if (tls != null) {
            TlsStartup.begin(tls, () -> options.tls().files(environment, options.hostname(environment)));
        }
    }

    /** Opens the web port before anything is announced: if the port is taken, nothing may claim to be ready. */
    private HttpServer.@Nullable Bound bindWeb() throws IOException {
        HostPort address = options.web().address();
        if (address == null) {
            return null;
        }
        HttpServer.Bound bound =
                HttpServer.bind(options.web().server().settings(address, settings.webTls(), settings.webAccounts()));
        shutdown.closesBeforeSessions(bound);
        return bound;
    }

    private void printReadyLines() {
        readyLines.forEach(out::println);
        readyLines.clear();
        out.flush();
    }

    private Spool openSpool() throws SpoolException {
        if (options.isInMemory()) {
            return new MemorySpool(MemorySpool.capacityThatFits());
        }
        return SegmentSpool.open(Path.of(options.spool()), options.spoolOptions(), shutdown::spoolFailed);
    }

    private @Nullable Webhook openWebhook() {
        URI url = options.api().webhookUrl();
        if (url == null) {
            return null;
        }
        Webhook webhook = Webhook.to(url);
        shutdown.closesAfterSessions(webhook); // registered before the inbox, so it closes after the inbox
        return webhook;
    }

    private Inbox openInbox(Spool spool, @Nullable Webhook webhook) throws IOException {
        Inbox inbox =
                Inbox.open(spool, options.inbox().retention(), options.inbox().namespaces(), settings.tagFilters());
        shutdown.closesAfterSessions(inbox);
        if (webhook != null) {
            WebInterface.postArrivals(inbox, webhook); // before the server listens, so that it gets the first message
        }
        arrivals.follow(inbox);
        return inbox;
    }

    /** The maximum message size to announce: the configured one, or less if the heap is too small for it. */
    private long maxMessageBytes(Spool spool) {
        long wanted = options.limits().maxMessageSize();
        if (wanted > spool.maxMessageBytes()) {
            LOG.warn(
                    "heap too small for --max-message-size, announcing bytes={}: use a larger heap (-Xmx)",
                    spool.maxMessageBytes());
        }
        return Math.min(wanted, spool.maxMessageBytes());
    }

    private Ports ports(Spool spool) {
        Ports ports = Ports.of(new SpoolSink(spool))
                .withListeners(recorder == null ? refusals : refusals.and(recording(recorder)));
        Faults faults = faults();
        ports = faults == null ? ports : ports.withFaults(faults);
        Pattern allowed = options.access().allowedRecipients();
        ports = allowed == null ? ports : ports.withPolicy(new AllowedRecipients(allowed));
        ports = settings.authentication() == null ? ports : ports.withAuthentication(settings.authentication());
        return settings.tls() == null ? ports : ports.withTls(settings.tls());
    }

    /** The faults of scripts, or else those at random; null if there are neither. */
    private @Nullable Faults faults() {
        if (lab == null) {
            return chaos;
        }
        return chaos == null ? lab.scripts() : lab.scripts().orElse(chaos);
    }

    /** Records the sessions with their namespaces. */
    private SessionListener.Source recording(Recorder sessions) {
        return sessions.and(new SessionNamespaces(options.inbox().namespaces(), (session, namespace) -> {
            sessions.addNamespace(session, namespace);
            if (lab != null) {
                lab.scripts().addNamespace(session, namespace);
            }
        }));
    }

    private ServerInfo serverInfo(List<String> listening, long maxMessageBytes) {
        return new ServerInfo(
                Version.number(),
                options.web().server().label(),
                options.spool(),
                startedMillis,
                new ServerInfo.Smtp(
                        listening,
                        ServerInfo.Support.of(
                                settings.tls() != null, options.tls().isRequired()),
                        ServerInfo.Support.of(
                                settings.authentication() != null,
                                options.auth().isRequired()),
                        maxMessageBytes),
                refusals::count);
    }

    private void startWeb(HttpServer.Bound bound, Inbox inbox, Spool spool, ServerInfo info, @Nullable Webhook webhook)
            throws IOException {
        OptionalFeatures features = OptionalFeatures.NONE
                .withChecks(options.api().checks())
                .withChaos(chaos)
                .withRelease(options.api().release(options.hostname(environment)))
                .withWebhook(webhook)
                .withRecorder(recorder)
                .withScripts(lab == null ? null : lab.scripts());
        KeyFiles tls = settings.webTls();
        WebInterface web = WebInterface.start(bound, inbox, spool, info, refusals, features);
        shutdown.closesBeforeSessions(web);
        if (tls != null) {
            shutdown.closesBeforeSessions(KeyFileWatcher.begin(tls, web::replaceTls));
        }
        web.urls().forEach(url -> readyLines.add("[http] accessible via " + url));
        printReadyLines();
    }
}
