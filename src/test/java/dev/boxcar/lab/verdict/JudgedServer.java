// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static org.awaitility.Awaitility.await;

import dev.boxcar.async.TestCertificates;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.LineConditions;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server whose sessions are judged, and which makes faults as a test asks. */
final class JudgedServer implements AutoCloseable {
    /** What {@code --hold} is in the suite. */
    static final Duration HOLD = Duration.ofMillis(30);

    /** What the server does other than usual. */
    interface Plan {
        /** The fault of the banner. */
        default @Nullable Fault banner() {
            return null;
        }

        /** The fault of the n-th command of this verb in a session, from 1. */
        default @Nullable Fault command(Verb verb, int nth) {
            return null;
        }

        /** The fault at the end of the n-th message of the server, from 1. */
        default @Nullable Fault endOfData(int nth) {
            return null;
        }
    }

    /** How the server is set up. */
    record Setup(Duration hold, Set<Extension> extensions, Limits limits, boolean auth, Plan plan) {
        static final Setup DEFAULTS =
                new Setup(HOLD, Extension.all(), Limits.DEFAULTS, false, new Plan() {}).without(Extension.PIPECONNECT);

        Setup withPipeConnect() {
            return new Setup(hold, Extension.all(), limits, auth, plan);
        }

        Setup without(Extension... hidden) {
            Set<Extension> offered = EnumSet.copyOf(extensions);
            List.of(hidden).forEach(offered::remove);
            return new Setup(hold, offered, limits, auth, plan);
        }

        Setup withHold(Duration time) {
            return new Setup(time, extensions, limits, auth, plan);
        }

        Setup withAuth() {
            return new Setup(hold, extensions, limits, true, plan);
        }

        Setup with(Limits other) {
            return new Setup(hold, extensions, other, auth, plan);
        }

        Setup with(Plan other) {
            return new Setup(hold, extensions, limits, auth, other);
        }
    }

    private final Recorder recorder = new Recorder(16 * 1024 * 1024).withContentFacts();
    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);
    private final SmtpServer server;
    private final InetSocketAddress address;
    private int messages;

    JudgedServer(Setup setup) throws IOException {
        var offer = new TlsOffer(TlsOffer.Need.OPTIONAL);
        offer.ready(TlsSettings.server(TestCertificates.localhost()));
        Ports ports = Ports.of(new SpoolSink(spool))
                .withListeners(recorder)
                .withTls(offer)
                .withFaults(client -> faults(setup));
        if (setup.auth()) {
            ports = ports.withAuthentication(
                    AuthenticationOptions.by(Credentials.acceptAny()).allowedInClear());
        }
        server = SmtpServer.start(new SmtpServer.Options("mx.example", 1, setup.limits(), setup.extensions()), ports);
        address = server.listen("127.0.0.1", 0).get(0);
    }

    private SessionFaults faults(Setup setup) {
        Map<Verb, Integer> counts = new EnumMap<>(Verb.class);
        return new SessionFaults() {
            @Override
            public @Nullable Fault connected() {
                return setup.plan().banner();
            }

            @Override
            public @Nullable Fault command(@Nullable Command command) {
                Verb verb = command == null ? null : command.verb();
                return verb == null ? null : setup.plan().command(verb, counts.merge(verb, 1, Integer::sum));
            }

            @Override
            public @Nullable Fault endOfData(long bytes) {
                return setup.plan().endOfData(++messages);
            }

            @Override
            public LineConditions line() {
                return LineConditions.NONE.withHold(setup.hold());
            }
        };
    }

    InetSocketAddress address() {
        return address;
    }

    RawClient connect(RawClient.Delivery delivery) throws IOException {
        return new RawClient(address, delivery);
    }

    /** The records of this number of sessions, once all of them have ended. */
    List<SessionRecord> ended(int sessions) {
        await().until(() -> recorder.sessions().size() == sessions
                && recorder.sessions().stream().allMatch(id -> find(id).ended()));
        return recorder.sessions().stream().map(this::find).toList();
    }

    int sessions() {
        return recorder.sessions().size();
    }

    private SessionRecord find(String id) {
        return Objects.requireNonNull(recorder.find(id));
    }

    List<Verdict> judge(SessionRecord session) {
        return Verdicts.judge(session, recorder::find);
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
