// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.record.Recorder;
import dev.boxcar.sink.Inbox;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.spool.segment.SegmentSpool;
import dev.boxcar.tls.KeyFileException;
import dev.boxcar.tls.KeyFileWatcher;
import dev.boxcar.tls.KeyFiles;
import dev.boxcar.web.OptionalFeatures;
import dev.boxcar.web.RefusalCounter;
import dev.boxcar.web.WebInterface;
import dev.boxcar.web.mailpit.Chaos;
import dev.boxcar.web.mailpit.ChaosState;
import dev.boxcar.web.outbound.LinkCheck;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.ServerInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code boxcar sink}: takes every mail, keeps it in the spool, passes none on. Runs until a signal ends it. */
@Command(
        name = "sink",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar [sink] [OPTION...]",
        header = "takes every mail for anybody, keeps it in the spool, passes none on; the default command",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "An option may also be given as BOXCAR_NAME in the environment (BOXCAR_MAX_RECIPIENTS=100), or in the file that --config",
            "names. The command line wins over BOXCAR_NAME, that over Mailpit's MP_... variables of the same meaning, these over the file.",
            "",
            "Each listener is announced on standard output: [smtp] listening on 127.0.0.1:1025, [smtps] where TLS comes first, [http]",
            "accessible via http://127.0.0.1:8025/",
            "",
            "SIGTERM and Ctrl-C: no new connections; messages whose body has begun get 10 s; what was accepted is written out.",
            "",
            "Examples:",
            "  boxcar                                             on localhost:1025, spool in ./mailspool",
            "  boxcar --smtp 127.0.0.1:0 --spool memory           on a free port, nothing on disk",
            "  boxcar --sync group --spool /var/spool/boxcar      a mail answered 250 survives a power failure",
            "  boxcar --config conf/sink.conf --log-format json   options from a file",
            "",
            "Exit status: 1 port in use or spool unusable, 2 wrong option, 74 spool failed while running, 130 Ctrl-C, 143 SIGTERM."
        })
final class SinkCommand implements Callable<Integer> {
    private static final long MOST_RECORDED_BYTES = 16L * 1024 * 1024;

    @Spec
    CommandSpec spec;

    @Mixin
    SinkOptions options;

    @Mixin
    LogOptions log;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    SinkCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        TlsOffer tls = options.tls.offer(spec.commandLine());
        Logging.begin(log.level, log.format);
        KeyFiles webTls = options.web.tls(spec.commandLine());
        AuthenticationOptions authentication = authentication();
        check(authentication, tls);
        check(webTls);
        var ending = new Ending();
        Runtime.getRuntime().addShutdownHook(new Thread(ending::run, "shutdown"));

        try {
            start(ending, authentication, tls, webTls);
        } catch (IOException e) {
            ending.run();
            throw e;
        }
        new CountDownLatch(1).await(); // other threads do the rest, until the process is told to end
        return 0;
    }

    private @Nullable AuthenticationOptions authentication() throws IOException {
        AuthenticationOptions authentication;
        try {
            authentication = options.auth.authentication(environment);
        } catch (Users.Unusable e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        return authentication;
    }

    /** The key files that were named must be some: an option that names others is wrong. */
    private void check(@Nullable KeyFiles webTls) {
        try {
            options.tls.check();
            if (webTls != null) {
                webTls.check();
            }
        } catch (KeyFileException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    /** What a listener asks for must be there. */
    private void check(@Nullable AuthenticationOptions authentication, @Nullable TlsOffer tls) {
        if (authentication != null && !options.auth.allowInsecure && tls == null) {
            LoggerFactory.getLogger(SinkCommand.class)
                    .warn("nobody can authenticate: there is no TLS, and --auth-allow-insecure is not given");
        }
        for (ListenerOptions listener : options.listeners()) {
            if (listener.authRequired() && authentication == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--listen: auth-required, and nobody can authenticate without --auth-file or --auth-accept-any");
            }
            boolean wantsTls =
                    listener.tls() != ListenerOptions.Tls.DEFAULT && listener.tls() != ListenerOptions.Tls.OFF;
            if (wantsTls && tls == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--listen: tls=" + listener.tls().name().toLowerCase(Locale.ROOT) + ", and --tls is off");
            }
        }
        if (options.listeners().isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--smtp: off, and there is no --listen");
        }
    }

    private void start(
            Ending ending,
            @Nullable AuthenticationOptions authentication,
            @Nullable TlsOffer tls,
            @Nullable KeyFiles webTls)
            throws IOException {
        UnservedVariables.complaints(environment)
                .forEach(line -> LoggerFactory.getLogger(SinkCommand.class).warn(line));
        long startedMillis = System.currentTimeMillis();
        Spool spool = openSpool(ending);
        ending.closes(spool);
        Inbox inbox = null;
        var refusals = new RefusalCounter();
        ChaosState chaosState = options.api.chaos();
        Chaos chaos = chaosState == null ? null : new Chaos(chaosState);
        HostPort web = options.web.address();
        Recorder recorder = web != null && options.web.record ? new Recorder(MOST_RECORDED_BYTES) : null;
        Webhook webhook = null;
        if (web != null) {
            URI told = options.api.webhookUrl;
            webhook = told == null ? null : Webhook.to(told);
            if (webhook != null) {
                ending.closesBehindSessions(webhook); // behind the inbox, which has the last ones announced
            }
            inbox = Inbox.open(spool, options.inbox.retention(), options.inbox.namespaces);
            ending.closesBehindSessions(inbox);
            if (webhook != null) {
                WebInterface.postArrivals(
                        inbox, webhook); // before anything is listened to: the first message is announced, too
            }
        }
        long largest = largest(spool);
        SmtpServer server = SmtpServer.start(
                options.server(environment, largest),
                ports(spool, refusals, recorder, chaos, authentication, tls),
                ending::loopFailed);
        ending.shutsDown(server::shutdown);
        PrintWriter out = spec.commandLine().getOut();
        var listening = new ArrayList<String>();
        for (ListenerOptions listener : options.listeners()) {
            clear(listener, ending);
            for (SocketAddress address : server.listen(listener)) {
                boolean tlsFirst = listener.tls() == ListenerOptions.Tls.IMPLICIT;
                String where = address instanceof InetSocketAddress inet
                        ? HostPort.of(inet).toString()
                        : "unix:" + address;
                listening.add(where);
                out.println((tlsFirst ? "[smtps]" : "[smtp]") + " listening on " + where
                        + (listener.name().isEmpty() ? "" : " (" + listener.name() + ")"));
            }
        }
        out.flush();
        if (web != null && inbox != null) {
            var facts = new ServerInfo(
                    VersionCommand.number(),
                    options.web.label(),
                    options.spool,
                    startedMillis,
                    new ServerInfo.Smtp(
                            List.copyOf(listening),
                            ServerInfo.Support.of(tls != null, options.tls.tlsRequired),
                            ServerInfo.Support.of(authentication != null, options.auth.required),
                            largest),
                    refusals::count);
            WebInterface served = WebInterface.start(
                    options.web.server(web, webTls), inbox, spool, facts, refusals, features(webhook, chaos, recorder));
            ending.closesBeforeSessions(served);
            if (webTls != null) {
                ending.closesBeforeSessions(KeyFileWatcher.begin(webTls, served::replaceTls));
            }
            served.urls().forEach(url -> out.println("[http] accessible via " + url));
            out.flush();
        }
        ending.started();
        LoggerFactory.getLogger(SinkCommand.class).info("started spool={} sync={}", options.spool, options.sync);
        if (tls != null) {
            TlsStart.begin(tls, () -> options.tls.files(environment, options.greeting(environment)));
        }
    }

    /** A socket's file is ours from here on, and no more at the end. */
    private static void clear(ListenerOptions listener, Ending ending) throws IOException {
        if (!listener.path().isEmpty()) {
            Path file = Path.of(listener.path());
            SocketFile.clear(file);
            ending.closesBehindSessions(() -> SocketFile.remove(file));
        }
    }

    private Ports ports(
            Spool spool,
            RefusalCounter refusals,
            @Nullable Recorder recorder,
            @Nullable Chaos chaos,
            @Nullable AuthenticationOptions authentication,
            @Nullable TlsOffer tls) {
        Ports ports =
                Ports.of(new SpoolSink(spool)).withListeners(recorder == null ? refusals : refusals.and(recorder));
        ports = chaos == null ? ports : ports.withFaults(chaos);
        Pattern allowed = options.access.allowRecipients;
        ports = allowed == null ? ports : ports.withPolicy(new RecipientRule(allowed));
        ports = authentication == null ? ports : ports.withAuthentication(authentication);
        return tls == null ? ports : ports.withTls(tls);
    }

    private OptionalFeatures features(@Nullable Webhook webhook, @Nullable Chaos chaos, @Nullable Recorder recorder)
            throws IOException {
        return OptionalFeatures.NONE
                .withLinkCheck(options.api.linkCheck ? new LinkCheck() : null)
                .withChaos(chaos)
                .withRelease(options.api.release(options.greeting(environment)))
                .withWebhook(webhook)
                .withRecorder(recorder);
    }

    /** What is announced can be taken: where the heap is small, that is less than was asked for. */
    private long largest(Spool spool) {
        long asked = options.limits.maxMessageSize;
        if (asked > spool.largestMessage()) {
            LoggerFactory.getLogger(SinkCommand.class)
                    .warn(
                            "messages over octets={} find no memory: give the JVM a larger heap (-Xmx)",
                            spool.largestMessage());
        }
        return Math.min(asked, spool.largestMessage());
    }

    private Spool openSpool(Ending ending) throws SpoolException {
        if (options.inMemory()) {
            return new MemorySpool(MemorySpool.capacityThatFits());
        }
        var spoolOptions = SpoolOptions.defaults().withSync(options.sync).withBlobBytes(options.blobSize);
        return SegmentSpool.open(Path.of(options.spool), spoolOptions, ending::spoolFailed);
    }
}
