// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.lab.suite.SuiteClient.Values;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs the cases one after the other, each with one run of the client. Blocks; confined to one thread. */
public final class ClientSuite {
    /** How long sessions may last after the client has ended. */
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final SuiteClient client;
    private final Options options;
    private final Progress progress;

    /** What the client does with a message that it could not deliver at once. */
    public enum Behaviour {
        /** It reports the failure. */
        REPORTS,
        /** It keeps the message and tries again. */
        QUEUES
    }

    /** Is told which case runs. */
    public interface Progress {
        /** A case begins; {@code number} counts from 1. */
        void begins(SuiteCase suiteCase, int number, int of);

        /** The case has ended. */
        void ended(CaseResult result);
    }

    /**
     * The settings. Immutable.
     *
     * @param address where the server listens
     * @param hold how long the client must be quiet before a reply leaves
     * @param limit how long each run of the client may take
     * @param behaviour what the client does with what it cannot deliver
     * @param tls the TLS of the server; null for none
     */
    public record Options(
            InetSocketAddress address,
            Duration hold,
            Duration limit,
            Behaviour behaviour,
            @Nullable TlsOffer tls) {
        /** A free port of this machine, hold mode with 30 ms, 30 s per run, a client that does not queue, no TLS. */
        public static final Options DEFAULTS = new Options(
                InetSocketAddress.createUnresolved("127.0.0.1", 0),
                Duration.ofMillis(30),
                Duration.ofSeconds(30),
                Behaviour.REPORTS,
                null);

        public Options {
            Objects.requireNonNull(address, "address");
        }

        /** Returns a copy that listens at another address. */
        public Options withAddress(InetSocketAddress newAddress) {
            return new Options(newAddress, hold, limit, behaviour, tls);
        }

        /** Returns a copy with another hold time. */
        public Options withHold(Duration newHold) {
            return new Options(address, newHold, limit, behaviour, tls);
        }

        /** Returns a copy with another limit per run. */
        public Options withLimit(Duration newLimit) {
            return new Options(address, hold, newLimit, behaviour, tls);
        }

        /** Returns a copy for another kind of client. */
        public Options withBehaviour(Behaviour newBehaviour) {
            return new Options(address, hold, limit, newBehaviour, tls);
        }

        /** Returns a copy whose server offers STARTTLS. */
        public Options withTls(TlsOffer offer) {
            return new Options(address, hold, limit, behaviour, offer);
        }
    }

    /** A suite for this client. */
    public ClientSuite(SuiteClient client, Options options, Progress progress) {
        this.client = client;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Runs these cases and returns their results in the same order. If one of them compares with a normal server, that
     * case runs too, before the others. If the message is not delivered to a normal server, the other cases are
     * skipped.
     *
     * @throws IOException if the server or the client cannot be started
     */
    public List<CaseResult> run(List<SuiteCase> cases) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("boxcar-suite");
        try (var servers = new Servers(options)) {
            DialogueFacts plain = null;
            if (cases.stream().anyMatch(one -> one.focus() == SuiteCase.Focus.FRAMING)
                    && !cases.contains(SuiteCatalog.PLAIN)) {
                plain = new DialogueFacts(
                        run(servers, SuiteCatalog.PLAIN, directory, null).sessions());
            }
            var results = new ArrayList<CaseResult>();
            boolean broken = false;
            for (SuiteCase one : cases) {
                progress.begins(one, results.size() + 1, cases.size());
                boolean skipped =
                        broken || one.recipients() > client.recipients().size();
                CaseResult result = skipped ? CaseResult.skipped(one) : run(servers, one, directory, plain);
                if (one.equals(SuiteCatalog.PLAIN)) {
                    plain = new DialogueFacts(result.sessions());
                    broken = !result.accepted();
                }
                progress.ended(result);
                results.add(result);
            }
            return results;
        } finally {
            delete(directory);
        }
    }

    private CaseResult run(Servers servers, SuiteCase one, Path directory, @Nullable DialogueFacts plain)
            throws IOException, InterruptedException {
        SuiteServer server = servers.serverFor(one);
        int before = server.sessions().size();
        int messages = server.messages();
        String message = SuiteMessage.of(one, System.nanoTime(), client.recipients());
        Path file = Files.writeString(directory.resolve("message"), message, UTF_8);
        Path lfFile = Files.writeString(directory.resolve("lf-message"), message.replace("\r\n", "\n"), UTF_8);
        ActiveScript script = server.run(one.script());
        InetSocketAddress address = server.address();
        Run run = client.run(
                new Values(address.getAddress().getHostAddress(), address.getPort(), file, lfFile), options.limit());
        Instant ended = Instant.now();
        server.awaitEnd(SETTLE);
        var caseRun = new CaseRun(run, ended, server.sessionsAfter(before), server.contentsAfter(messages));
        return new CaseJudge(one, caseRun, options.behaviour()).judge(server::judge, script, plain);
    }

    /** The server that runs now. A case with other buffers gets a new one, at the same address. */
    private static final class Servers implements AutoCloseable {
        private final Options options;
        private SuiteServer server;

        Servers(Options options) throws IOException {
            this.options = options;
            server = new SuiteServer(options.address(), options, SuiteCase.Buffers.USUAL);
        }

        SuiteServer serverFor(SuiteCase one) throws IOException {
            if (server.buffers() != one.buffers()) {
                InetSocketAddress address = new InetSocketAddress(
                        options.address().getHostString(), server.address().getPort());
                server.close();
                server = new SuiteServer(address, options, one.buffers());
            }
            return server;
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
