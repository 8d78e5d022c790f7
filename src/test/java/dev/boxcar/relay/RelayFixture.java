// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import dev.boxcar.async.BytesProducer;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.delivery.ClientTlsContexts;
import dev.boxcar.relay.delivery.DeliveryOptions;
import dev.boxcar.relay.observation.AttemptRecorder;
import dev.boxcar.relay.observation.DeliveryMonitor;
import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.MailRouter;
import dev.boxcar.relay.route.MxLookup;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.OwnHosts;
import dev.boxcar.relay.route.RoutingRule;
import dev.boxcar.relay.route.RoutingTable;
import dev.boxcar.relay.route.RoutingTarget;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.relay.schedule.ScheduleOptions;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.smtp.client.ClientTimeouts;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.spool.segment.SegmentSpool;
import dev.boxcar.tls.ClientTrust;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A relay with its SMTP server, for tests. Times are short: a deferred message is tried again after 50 ms or so. */
public final class RelayFixture implements AutoCloseable {
    public static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RetrySchedule QUICK = RetrySchedule.DEFAULTS
            .withFirst(Duration.ofMillis(50))
            .withWaits(Duration.ofMillis(50), Duration.ofMillis(100));

    private int maxMessages = 1_000_000;
    private RetrySchedule retries = QUICK;
    private ClientTimeouts timeouts = ClientTimeouts.all(Duration.ofSeconds(5));
    private @Nullable Path directory;
    private Disk disk = Disk.LOCAL;
    private LongSupplier clock = System::currentTimeMillis;
    private ClientTlsContexts tlsContexts = this::tlsSettings;
    private NameService names = new NoNames();
    private TlsLevel tls = TlsLevel.NONE;
    private @Nullable MailRouter router;
    private List<MailHost> hosts = List.of();
    final AttemptRecorder recorder = new AttemptRecorder();
    private int mxPort = 25;
    private List<String> networks = List.of("127.0.0.0/8");
    private Set<String> domains = Set.of();
    private boolean logins;
    private ClientProtocol protocol = ClientProtocol.SMTP;

    private UnaryOperator<Envelope> expansion = UnaryOperator.identity();
    private UnaryOperator<Envelope> reports = UnaryOperator.identity();
    private HopSettings settings = HopSettings.DEFAULTS;
    private DkimSigner signer = DkimSigner.NONE;
    private TlsSessionResult.Listener tlsResults = TlsSessionResult.Listener.NONE;
    private String origin = "";
    private @Nullable CredentialSource credentials;
    private @Nullable SSLContext trusted;
    private StsPolicy.Source policies = domain -> CompletableFuture.completedStage(StsPolicy.NONE);

    private @Nullable Spool spool;
    private @Nullable SpoolRelayQueue queue;
    private @Nullable SmtpServer server;
    private @Nullable Relay relay;
    private int port;

    /** A relay that passes all mail to this server. */
    public static RelayFixture to(Downstream downstream) {
        return toPorts(downstream.port());
    }

    /** A relay that passes all mail to the first of these ports that takes it. */
    static RelayFixture toPorts(int... ports) {
        var fixture = new RelayFixture();
        fixture.hosts = Arrays.stream(ports)
                .mapToObj(each -> new MailHost("127.0.0.1", each, indexOf(ports, each), 1))
                .toList();
        return fixture;
    }

    private static int indexOf(int[] ports, int port) {
        for (int i = 0; i < ports.length; i++) {
            if (ports[i] == port) {
                return i;
            }
        }
        return -1;
    }

    /** A relay that asks these names for MX records, whose servers have this port. */
    static RelayFixture byMx(NameService names, int mxPort) {
        var fixture = new RelayFixture();
        fixture.names = names;
        fixture.mxPort = mxPort;
        return fixture;
    }

    /** Uses TLS where it is offered, and trusts this context where a certificate counts. */
    RelayFixture trusting(SSLContext context) {
        trusted = context;
        return this;
    }

    RelayFixture withPolicies(StsPolicy.Source source) {
        policies = source;
        return this;
    }

    RelayFixture withRouter(MailRouter other) {
        router = other;
        return this;
    }

    /** Takes no mail while this many messages are queued. */
    public RelayFixture withMaxMessages(int number) {
        maxMessages = number;
        return this;
    }

    public RelayFixture withRetries(RetrySchedule other) {
        retries = other;
        return this;
    }

    RetrySchedule retries() {
        return retries;
    }

    RelayFixture withTimeouts(Duration time) {
        timeouts = ClientTimeouts.all(time);
        return this;
    }

    /** Speaks LMTP to the next server. */
    RelayFixture byLmtp() {
        protocol = ClientProtocol.LMTP;
        return this;
    }

    /** Lets clients log in as anyone. */
    RelayFixture withLogins() {
        logins = true;
        return this;
    }

    /** Lets only these networks send to anyone. */
    RelayFixture withNetworks(String... allowed) {
        networks = List.of(allowed);
        return this;
    }

    /** Lets any client send to this domain. */
    RelayFixture withDomain(String domain) {
        domains = Set.of(domain);
        return this;
    }

    /** Sends mail to other recipients than the client names. */
    RelayFixture withExpansion(UnaryOperator<Envelope> other) {
        expansion = other;
        return this;
    }

    /** Sends reports to other recipients than the senders of messages. */
    RelayFixture withReports(UnaryOperator<Envelope> other) {
        reports = other;
        return this;
    }

    RelayFixture withSettings(HopSettings other) {
        settings = other;
        return this;
    }

    /** Signs mail. */
    RelayFixture withSigner(DkimSigner other) {
        signer = other;
        return this;
    }

    /** Tells this listener what came of TLS. */
    RelayFixture withTlsResults(TlsSessionResult.Listener listener) {
        tlsResults = listener;
        return this;
    }

    /** Completes addresses without a domain. */
    RelayFixture withOrigin(String domain) {
        origin = domain;
        return this;
    }

    /** Logs in, over a connection without TLS if the credentials allow it. */
    RelayFixture withCredentials(CredentialSource source) {
        credentials = source;
        return this;
    }

    public RelayFixture withSpool(Path path) {
        directory = path;
        return this;
    }

    /** Keeps the queue on this disk, in the directory of {@link #withSpool}. */
    public RelayFixture withDisk(Disk other) {
        disk = other;
        return this;
    }

    /** Reads the wall clock from here, as milliseconds since 1970. */
    public RelayFixture withClock(LongSupplier millis) {
        clock = millis;
        return this;
    }

    /** Uses TLS with certificates as given, at this level. */
    RelayFixture withTls(TlsLevel level, ClientTlsContexts contexts) {
        tls = level;
        tlsContexts = contexts;
        return this;
    }

    private static AuthenticationOptions anyLogin() {
        return AuthenticationOptions.by(Credentials.acceptAny()).allowedInClear();
    }

    public RelayFixture start() throws IOException {
        spool = directory == null
                ? new MemorySpool(MemorySpool.capacityThatFits())
                : SegmentSpool.open(directory, SpoolRelayQueue.SPOOL_OPTIONS, cause -> {}, disk);
        queue = new SpoolRelayQueue(spool, maxMessages);
        queue = directory == null ? queue : queue.withDirectory(directory);
        var policy = new RelayPolicy(new RelayPolicy.Permissions(Networks.of(networks), domains));
        Ports ports = Ports.of(new RelaySink(queue.sink(), expansion)).withPolicy(policy);
        server = SmtpServer.start(
                new SmtpServer.Options(
                        "relay.example", 1, Limits.DEFAULTS.withRecipients(1000).withLocalDomain(origin)),
                logins ? ports.withAuthentication(anyLogin()) : ports);
        port = server.listen("127.0.0.1", 0).get(0).getPort();
        var parts = new Relay.Parts(
                queue,
                router == null ? table() : router,
                names,
                tlsContexts,
                ScheduleOptions.named("relay.example")
                        .withRetries(retries)
                        .withReports(reports)
                        .withClock(clock),
                DeliveryOptions.named("relay.example")
                        .withTimeouts(timeouts)
                        .withSigner(() -> signer)
                        .withTlsResults(tlsResults),
                new DeliveryMonitor(recorder),
                1);
        relay = Relay.start(parts, Throwable::printStackTrace);
        return this;
    }

    private TlsSettings tlsSettings(MailHost host, ClientTlsContexts.Trust trust) {
        if (trusted == null) {
            throw new IllegalStateException("this test has no TLS");
        }
        try {
            return trust == ClientTlsContexts.Trust.ANY
                    ? TlsSettings.client(ClientTrust.any(), host.name(), host.port())
                            .withoutHostVerification()
                    : TlsSettings.client(trusted, host.name(), host.port());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MailRouter table() {
        TlsLevel mxTls = trusted == null ? TlsLevel.NONE : TlsLevel.OPPORTUNISTIC;
        var mx = new MxLookup(names, new OwnHosts("relay.example", Set.of()), mxPort, mxTls).withPolicies(policies);
        if (hosts.isEmpty()) {
            return new RoutingTable(List.of(RoutingRule.forAll(new RoutingTarget.Mx())), mx, settings);
        }
        var nextHop = new NextHop("smarthost", hosts, protocol, tls, credentials, true, settings);
        return new RoutingTable(List.of(RoutingRule.forAll(new RoutingTarget.Smarthost(nextHop))), mx);
    }

    /** Reads the same configuration again, as after SIGHUP. */
    void reload() {
        Objects.requireNonNull(relay).replaceRouter(router == null ? table() : router);
    }

    /** What an operator sees of it. */
    public RelayView view() {
        return Objects.requireNonNull(relay).view();
    }

    /** The counters of its spool. */
    public SpoolStatistics spoolStatistics() {
        return Objects.requireNonNull(spool).statistics();
    }

    public int port() {
        return port;
    }

    /** How many messages are in the queue. */
    int size() {
        return queue == null ? 0 : queue.size();
    }

    /** Whether the result of an attempt was recorded for every message in the queue. */
    boolean hasState() {
        Spool open = spool;
        return open != null
                && open.ids().stream().noneMatch(id -> open.states(id).isEmpty());
    }

    public List<Ulid> ids() {
        return spool == null ? List.of() : spool.ids();
    }

    boolean change(Ulid id, QueueChange change) throws IOException {
        return relay != null && relay.change(id, change);
    }

    boolean isHeld(Ulid id) {
        DeliveryState state = queue == null ? null : queue.state(id);
        return state != null && state.isHeld();
    }

    /** Puts a message into the queue without SMTP; its MAIL has these parameters. */
    void enqueue(String mail, String content, String recipient) {
        enqueue(EnvelopeWriter.preamble("test", "127.0.0.1:1", "client.example", "ESMTPS"), mail, content, recipient);
    }

    /** The same, with an envelope that begins with these lines. */
    void enqueue(byte[] preamble, String mail, String content, String recipient) {
        var writer = new EnvelopeWriter(preamble);
        byte[] from = mail.getBytes(ISO_8859_1);
        byte[] to = ("<" + recipient + ">").getBytes(ISO_8859_1);
        writer.reversePath(from, 0, from.length);
        writer.forwardPath(to, 0, to.length);
        Envelope envelope = writer.finish(Instant.now(), Set.of());
        Objects.requireNonNull(queue).append(envelope, content.getBytes(ISO_8859_1), Runnable::run, outcome -> {});
    }

    /** Waits until the only message is deferred, and returns the status and reply of its first recipient. */
    String awaitDeferral() {
        await().atMost(LIMIT).until(() -> size() == 1 && hasState());
        DeliveryState state = Objects.requireNonNull(queue).state(ids().get(0));
        RecipientState first = Objects.requireNonNull(state).pending().get(0);
        return first.status() + " " + first.reply();
    }

    /** Waits until this many messages are queued and were attempted. */
    void awaitDeferrals(int messages) {
        await().atMost(LIMIT).until(() -> size() == messages && hasState());
    }

    public void awaitEmptyQueue() {
        await().atMost(LIMIT).until(() -> size() == 0);
    }

    /** Sends a message from {@code ann@sender.example} and expects 250 for every recipient. */
    public void send(String content, String... recipients) throws IOException {
        sendFrom("<ann@sender.example>", "", content, recipients);
    }

    /** Sends a message declared as 8BITMIME and not as SMTPUTF8, whatever it contains. */
    void sendAsEightBit(String text, String recipient) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        boolean isEightBit = true;
        boolean hasUtf8Header = false;
        var content = new MessageContent(channel -> BytesProducer.of(bytes), bytes.length, isEightBit, hasUtf8Header);
        submit(MailTransaction.of(
                ReversePath.parse("<ann@sender.example>"),
                List.of(Recipient.of(ForwardPath.parse("<" + recipient + ">"))),
                content));
    }

    /** Sends a message with parameters of MAIL; a recipient may have parameters after its path. */
    public void sendFrom(String sender, String parameters, String content, String... recipients) throws IOException {
        var to = new ArrayList<Recipient>();
        for (String recipient : recipients) {
            String[] words = recipient.split(" ", 2);
            to.add(new Recipient(ForwardPath.parse("<" + words[0] + ">"), words.length > 1 ? words[1] : ""));
        }
        submit(new MailTransaction(
                ReversePath.parse(sender), parameters, to, MessageContent.of(content.getBytes(ISO_8859_1))));
    }

    /** Says these lines, one after the other, and returns the replies. */
    List<String> talk(String... lines) throws IOException {
        return talkFrom("127.0.0.1", lines);
    }

    /** The same, from this address of the loopback network. */
    List<String> talkFrom(String client, String... lines) throws IOException {
        var replies = new ArrayList<String>();
        try (var socket = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(client), 0);
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            replies.add(reply(in));
            for (String line : lines) {
                socket.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
                replies.add(reply(in));
            }
        }
        return replies;
    }

    private static String reply(BufferedReader in) throws IOException {
        String line = String.valueOf(in.readLine());
        while (line.length() > 3 && line.charAt(3) == '-') {
            line = String.valueOf(in.readLine());
        }
        return line;
    }

    private void submit(MailTransaction transaction) throws IOException {
        var results = new ArrayList<TransactionResult>();
        try (var loop = EventLoop.open("test-client")) {
            var client = new SmtpClient(loop, ClientOptions.named("client.example"), failure -> {});
            client.send(transaction, results::add);
            client.quit();
            client.open(new InetSocketAddress("127.0.0.1", port));
            loop.run();
        }
        if (!results.get(0).isComplete()) {
            throw new AssertionError("not accepted: " + results.get(0));
        }
    }

    @Override
    public void close() throws Exception {
        Relay open = relay;
        relay = null;
        if (open == null) {
            return;
        }
        open.stop(Duration.ofSeconds(2));
        if (server != null) {
            server.shutdown(Duration.ZERO);
        }
        if (spool != null) {
            spool.close();
        }
    }

    /** Knows no name. */
    private static final class NoNames extends FixedNames {}
}
