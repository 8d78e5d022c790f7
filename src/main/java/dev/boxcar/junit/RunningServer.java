// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.lab.fault.InjectedFault;
import dev.boxcar.lab.verdict.Verdicts;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.tls.KeyFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server with one event loop and a spool in memory. It has a namespace of its own, and one more for each test that
 * shares it; a namespace has a port, which tells what belongs to it. What arrives at the server's own port belongs to
 * the tests that share the server at that time, or to the server's own namespace if there are none. Any thread.
 */
final class RunningServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
    private static final String HOSTNAME = "boxcar.test";
    private static final long MAX_SPOOL_BYTES = 64L * 1024 * 1024;
    private static final long MAX_RECORDED_BYTES = 16L * 1024 * 1024;

    private final Spool spool = new MemorySpool(Math.min(MAX_SPOOL_BYTES, MemorySpool.capacityThatFits()));
    private final Recorder recorder = new Recorder(MAX_RECORDED_BYTES).withContentFacts();
    private final Map<String, TestNamespace> byPort = new ConcurrentHashMap<>();
    private final List<TestNamespace> tests = new CopyOnWriteArrayList<>();
    /**
     * The namespaces of the tests that run on a thread, the latest first: while a test waits, JUnit's thread pool may
     * run another one on its thread.
     */
    private final ThreadLocal<Deque<TestNamespace>> ofThread = ThreadLocal.withInitial(ArrayDeque::new);

    private final @Nullable KeyFiles keys;
    private final SmtpServer smtp;
    private final TestNamespace own;

    private RunningServer(Set<ServerFeature> offers) throws IOException {
        spool.follow(1, this::committed);
        Limits limits = Limits.DEFAULTS;
        limits = limits.withMessageBytes(Math.min(limits.messageBytes(), spool.maxMessageBytes()));
        keys = offers.contains(ServerFeature.STARTTLS) ? BuildDirectory.certificate(HOSTNAME) : null;
        smtp = SmtpServer.start(new SmtpServer.Options(HOSTNAME, 1, limits, extensions()), ports(offers, keys));
        own = open();
    }

    /** All but PIPECONNECT, with which a client may send before the banner: a verdict is to find that. */
    private static Set<Extension> extensions() {
        Set<Extension> offered = Extension.all();
        offered.remove(Extension.PIPECONNECT);
        return offered;
    }

    private Ports ports(Set<ServerFeature> offers, @Nullable KeyFiles certificate) throws IOException {
        Ports ports = Ports.of(new SpoolSink(spool))
                .withListeners(recorder.and(this::opened))
                .withFaults(this::faults);
        if (offers.contains(ServerFeature.AUTH)) {
            ports = ports.withAuthentication(
                    AuthenticationOptions.by(Credentials.acceptAny()).allowedInClear());
        }
        if (certificate == null) {
            return ports;
        }
        var offer = new TlsOffer(TlsOffer.Need.OPTIONAL);
        offer.ready(TlsSettings.server(certificate.context()));
        return ports.withTls(offer);
    }

    /** The certificate and key; null if the server has no TLS. */
    @Nullable
    KeyFiles certificate() {
        return keys;
    }

    /** Starts a server on a free port of both loopback addresses. */
    static RunningServer start(Set<ServerFeature> offers) {
        try {
            return new RunningServer(offers);
        } catch (IOException e) {
            throw new UncheckedIOException("the SMTP server of the test could not start: " + e.getMessage(), e);
        }
    }

    private TestNamespace open() throws IOException {
        List<InetSocketAddress> addresses = smtp.listen("localhost", 0);
        var namespace = new TestNamespace(addresses, spool);
        byPort.put(String.valueOf(namespace.port()), namespace);
        return namespace;
    }

    // ---- tests

    /** The namespace of the server's own port. */
    TestNamespace own() {
        return own;
    }

    /** A test begins to share this server, on this thread. */
    TestNamespace begin() {
        try {
            TestNamespace namespace = open();
            tests.add(namespace);
            ofThread.get().push(namespace);
            return namespace;
        } catch (IOException e) {
            throw new UncheckedIOException("the SMTP server of the class cannot serve a test: " + e.getMessage(), e);
        }
    }

    /** A test has ended. Its namespace and port are gone. */
    void end(TestNamespace namespace) {
        tests.remove(namespace);
        ofThread.get().remove(namespace);
        byPort.remove(String.valueOf(namespace.port()));
        for (InetSocketAddress address : namespace.addresses()) {
            try {
                smtp.closeListener(address);
            } catch (IOException e) {
                LOG.debug("listener={} could not be closed: {}", address, e.toString());
            }
        }
        namespace.clear();
    }

    /**
     * The namespace of the test that calls: the one on this thread, or the only one that shares the server now; the
     * server's own if there is no test.
     */
    TestNamespace current() {
        Deque<TestNamespace> onThread = ofThread.get();
        onThread.removeIf(namespace -> !tests.contains(namespace)); // ended on another thread
        TestNamespace mine = onThread.peek();
        if (mine != null) {
            return mine;
        }
        List<TestNamespace> running = List.copyOf(tests);
        if (running.size() > 1) {
            throw new IllegalStateException(
                    running.size() + " tests share this SMTP server at the moment, and this thread"
                            + " runs none of them: give the test method a parameter of type SmtpLabServer and use that");
        }
        return running.isEmpty() ? own : running.get(0);
    }

    // ---- what the server reports

    /** The namespaces to which what arrives at this listener belongs now. */
    private List<TestNamespace> at(String listener) {
        TestNamespace namespace = byPort.get(listener.substring(listener.lastIndexOf(':') + 1));
        if (namespace == null) {
            return List.of(); // its test has ended
        }
        List<TestNamespace> running = List.copyOf(tests);
        return namespace != own || running.isEmpty() ? List.of(namespace) : running;
    }

    /** A session has begun, on the loop. */
    private @Nullable SessionListener opened(SessionPeer peer, long nanos) {
        if (!(peer instanceof ClientInfo client)) {
            throw new IllegalStateException("not a session of the server: " + peer.address());
        }
        List<TestNamespace> namespaces = at(client.listener());
        namespaces.forEach(namespace -> namespace.sessionOpened(peer.session()));
        return new SessionListener() {
            @Override
            public void closed(long closedNanos) {
                namespaces.forEach(namespace -> namespace.sessionEnded(peer.session()));
            }
        };
    }

    /**
     * The faults of a session that begins, on the loop: those of the test, or of the server if there are several tests.
     */
    private @Nullable SessionFaults faults(ClientInfo client) {
        List<TestNamespace> namespaces = at(client.listener());
        TestNamespace scripted = namespaces.size() == 1 ? namespaces.get(0) : own;
        return scripted.faults().opened(client);
    }

    /** The spool has committed a record; the client does not know it yet. */
    private void committed(SpoolRecord record) {
        switch (record.type()) {
            case MESSAGE, BLOB -> {
                Envelope envelope = record.envelope();
                String listener = envelope.first("Listener");
                if (listener != null) {
                    at(listener).forEach(namespace -> namespace.committed(record.id(), envelope));
                }
            }
            case DONE -> namespaces().forEach(namespace -> namespace.evicted(record.id()));
            case STATE, MARK, SEAL -> {}
        }
    }

    /** What a session has done so far; null if there was no room to record it. */
    @Nullable
    Session session(String id) {
        SessionRecord record = recorder.find(id);
        return record == null ? null : new Session(record, Verdicts.judge(record, recorder::find), faultsOf(id));
    }

    private List<InjectedFault> faultsOf(String session) {
        return namespaces()
                .flatMap(namespace -> namespace.faults().log().of(session).stream())
                .toList();
    }

    private Stream<TestNamespace> namespaces() {
        return Stream.concat(Stream.of(own), tests.stream());
    }

    /** Ends at once: connections that are still open are cut. */
    @Override
    public void close() {
        try {
            smtp.abort();
            spool.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SpoolException e) {
            LOG.debug("the spool could not be closed: {}", e.toString());
        }
    }
}
