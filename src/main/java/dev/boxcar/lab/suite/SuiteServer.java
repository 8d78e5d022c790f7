// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.lab.suite.SuiteCase.Buffers;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdicts;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The server of the suite: one loop, messages in memory, hold mode, and one script at a time. It accepts any user and
 * password. Confined to one thread, apart from its loop.
 */
final class SuiteServer implements AutoCloseable {
    private static final long SPOOL_BYTES = 128L * 1024 * 1024;
    private static final long RECORDED_BYTES = 8L * 1024 * 1024;
    private static final int POLL_MILLIS = 5;
    /** Much less than usual. In a smaller one Linux drops what a sender with large packets sends after a pause. */
    private static final int TINY_RECEIVE_BYTES = 16 * 1024;

    private static final int TINY_SEND_BYTES = 4 * 1024;
    private static final int HEAD_BYTES = 8_192;

    private final ScriptStore scripts;
    private final Recorder recorder = new Recorder(RECORDED_BYTES).withContentFacts();
    private final MemorySpool spool = new MemorySpool(SPOOL_BYTES);
    private final SmtpServer server;
    private final InetSocketAddress address;
    private final Buffers buffers;

    /** Starts a server at this address. With tiny buffers it holds no reply back. */
    SuiteServer(InetSocketAddress at, ClientSuite.Options options, Buffers buffers) throws IOException {
        boolean tiny = buffers == Buffers.TINY;
        TlsOffer tls = options.tls();
        scripts = new ScriptStore(LineSettings.NONE.withHold(tiny ? Duration.ZERO : options.hold()), 1);
        AuthenticationOptions anyUser =
                AuthenticationOptions.by(Credentials.acceptAny()).allowedInClear();
        Ports ports = Ports.of(new SpoolSink(spool))
                .withListeners(recorder)
                .withFaults(new ScriptFaults(scripts))
                .withAuthentication(anyUser);
        Set<Extension> extensions = Extension.all();
        extensions.remove(Extension.PIPECONNECT); // it allows what V01 looks for
        server = SmtpServer.start(
                new SmtpServer.Options("suite.example", 1, Limits.DEFAULTS, extensions),
                tls == null ? ports : ports.withTls(tls));
        ListenerOptions listener = ListenerOptions.at(at.getHostString(), at.getPort());
        address = (InetSocketAddress) server.listen(
                        tiny
                                ? listener.withReceiveBuffer(TINY_RECEIVE_BYTES).withSendBuffer(TINY_SEND_BYTES)
                                : listener)
                .get(0);
        this.buffers = buffers;
    }

    Buffers buffers() {
        return buffers;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Puts this script in force, and no other. */
    ActiveScript run(Script script) {
        scripts.deleteAll();
        return scripts.add(script);
    }

    /** The ids of the sessions so far. */
    List<String> sessions() {
        return recorder.sessions();
    }

    /** Waits until no session is open, or until the time is over. */
    void awaitEnd(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (server.openSessions() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** The sessions after the first {@code before}, as recorded so far. */
    List<SessionRecord> sessionsAfter(int before) {
        var sessions = new ArrayList<SessionRecord>();
        List<String> ids = recorder.sessions();
        for (String id : ids.subList(Math.min(before, ids.size()), ids.size())) {
            SessionRecord session = recorder.find(id);
            if (session != null) {
                sessions.add(session);
            }
        }
        return sessions;
    }

    /** The number of messages that were stored so far. */
    int messages() {
        return spool.ids().size();
    }

    /** The beginnings of the messages after the first {@code before}. */
    List<String> contentsAfter(int before) throws IOException {
        var contents = new ArrayList<String>();
        List<Ulid> ids = spool.ids();
        for (Ulid id : ids.subList(Math.min(before, ids.size()), ids.size())) {
            SpoolRecord message = spool.find(id);
            if (message != null) {
                try (InputStream in = message.body()) {
                    contents.add(new String(in.readNBytes(HEAD_BYTES), ISO_8859_1));
                }
            }
        }
        return contents;
    }

    List<Verdict> judge(SessionRecord session) {
        return Verdicts.judge(session, recorder::find);
    }

    @Override
    public void close() {
        try {
            server.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        spool.close();
    }
}
