// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A server over a memory spool that carries out scripts and records its sessions. */
final class LabServer implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final ListenerOptions ANY_PORT = ListenerOptions.at("127.0.0.1", 0);
    private static final long RECORDED_BYTES = 4L * 1024 * 1024;

    final ScriptStore store;
    final ScriptFaults faults;
    final Recorder recorder = new Recorder(RECORDED_BYTES);
    private final MemorySpool spool = new MemorySpool(64L * 1024 * 1024);
    private final SmtpServer server;
    private final InetSocketAddress address;

    LabServer() throws IOException {
        this(LineSettings.NONE, 1);
    }

    /** With a line for sessions without scripts, and this number of loops. */
    LabServer(LineSettings line, int loops) throws IOException {
        this(line, loops, null, ANY_PORT);
    }

    /** With TLS of this context, and this listener. */
    LabServer(LineSettings line, int loops, @Nullable SSLContext tls, ListenerOptions listener) throws IOException {
        this(line, loops, tls, listener, null);
    }

    /** With other faults, which are asked where no script has one. */
    LabServer(LineSettings line, int loops, @Nullable SSLContext tls, ListenerOptions listener, @Nullable Faults others)
            throws IOException {
        store = new ScriptStore(line, 1);
        faults = new ScriptFaults(store);
        Ports ports = Ports.of(new SpoolSink(spool))
                .withListeners(recorder)
                .withFaults(others == null ? faults : faults.orElse(others));
        if (tls != null) {
            var offer = new TlsOffer(TlsOffer.Need.OPTIONAL);
            offer.ready(TlsSettings.server(tls));
            ports = ports.withTls(offer);
        }
        server = SmtpServer.start(new SmtpServer.Options("lab.test", loops, Limits.DEFAULTS), ports);
        address = (InetSocketAddress) server.listen(listener).get(0);
    }

    ActiveScript run(Script script) {
        return store.add(script);
    }

    /** A client that has not read the banner. */
    RawClient connect() throws IOException {
        return new RawClient(address);
    }

    /** A client that has read the banner and the reply to its EHLO. */
    RawClient greeted() throws IOException {
        RawClient client = connect();
        client.replies(1);
        client.ask("EHLO client.example");
        return client;
    }

    InetSocketAddress address() {
        return address;
    }

    /** How many messages are stored. */
    long stored() {
        return spool.statistics().messages();
    }

    /** Waits for the end of a session, given by its number, and returns its record. */
    SessionRecord ended(int number) {
        Awaitility.await().atMost(TIMEOUT).until(() -> isOver(number));
        SessionRecord session = recorder.find(recorder.sessions().get(number));
        if (session == null) {
            throw new AssertionError("the session was dropped");
        }
        return session;
    }

    /** Whether a session has ended. */
    boolean isOver(int number) {
        List<String> ids = recorder.sessions();
        SessionRecord session = ids.size() <= number ? null : recorder.find(ids.get(number));
        return session != null && session.ended();
    }

    @Override
    public void close() {
        try {
            server.shutdown(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        spool.close();
    }
}
