// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdicts;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server of the suite: one loop, messages in memory, hold mode, and one script at a time. It accepts any user and
 * password. Confined to one thread, apart from its loop.
 */
final class SuiteServer implements AutoCloseable {
    private static final long SPOOL_BYTES = 32L * 1024 * 1024;
    private static final long RECORDED_BYTES = 8L * 1024 * 1024;
    private static final int POLL_MILLIS = 5;

    private final ScriptStore scripts;
    private final Recorder recorder = new Recorder(RECORDED_BYTES).withContentFacts();
    private final MemorySpool spool = new MemorySpool(SPOOL_BYTES);
    private final SmtpServer server;
    private final InetSocketAddress address;

    /** Starts the server. Without {@code tls} it does not offer STARTTLS. */
    SuiteServer(InetSocketAddress at, Duration hold, @Nullable TlsOffer tls) throws IOException {
        scripts = new ScriptStore(LineSettings.NONE.withHold(hold), 1);
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
        address = server.listen(at.getHostString(), at.getPort()).get(0);
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
