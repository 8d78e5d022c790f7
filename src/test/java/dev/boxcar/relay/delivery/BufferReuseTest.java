// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.FixedNames;
import dev.boxcar.relay.queue.MailBytes;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.spool.Ulid;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The buffer of a message goes to another message only when nothing can send it any longer. */
class BufferReuseTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TEXT = "Subject: large\r\n\r\n" + ("x".repeat(76) + "\r\n").repeat(1500);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<DeliveryResult> results = new CopyOnWriteArrayList<>();

    /** Whoever gets the buffer back writes into it at once. */
    private final class LentMail implements QueuedMail {
        private final MailBytes bytes = MailBytes.of(TEXT.getBytes(US_ASCII));
        private final Envelope envelope = newEnvelope();
        private volatile boolean isTaken;
        private volatile int timesGivenBack;

        @Override
        public Envelope envelope() {
            return envelope;
        }

        @Override
        public Instant received() {
            return Instant.EPOCH;
        }

        @Override
        public long bytes() {
            return TEXT.length();
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(TEXT.getBytes(US_ASCII));
        }

        @Override
        public @Nullable MailBytes takeFromMemory() {
            assertThat(isTaken).isFalse();
            isTaken = true;
            return bytes;
        }

        @Override
        public void giveBack(MailBytes given) {
            assertThat(given).isSameAs(bytes);
            timesGivenBack++;
            Arrays.fill(bytes.array(), (byte) '!');
        }

        @Override
        public String quarantine() {
            return "nowhere";
        }
    }

    /** How a server takes a message. */
    private enum Manner {
        /** It reads the message and accepts it. */
        PROPER,
        /** It accepts the message when it has read a little of it, and reads the rest when it is allowed to. */
        HASTY,
        /** It closes the connection instead of a reply to MAIL. */
        ABRUPT,
        /** It reads the message and refuses it. */
        UNWILLING
    }

    private static final class Server implements AutoCloseable {
        final ServerSocket socket;
        final CountDownLatch mayRead = new CountDownLatch(1);
        volatile String content = "";

        Server(Manner manner) throws IOException {
            socket = new ServerSocket();
            socket.setReceiveBufferSize(4096);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var thread = new Thread(() -> serve(manner), "server");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(Manner manner) {
            try (Socket client = socket.accept();
                    var in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII), 512)) {
                say(client, "220 hello");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.startsWith("MAIL") && manner == Manner.ABRUPT) {
                        return;
                    }
                    if (line.equals("DATA")) {
                        say(client, "354 go on");
                        takeContent(client, in, manner);
                    } else {
                        say(client, line.startsWith("EHLO") ? "250-hello\r\n250 PIPELINING" : "250 2.0.0 ok");
                    }
                }
            } catch (IOException | InterruptedException e) {
                content = content + e;
            }
        }

        private void takeContent(Socket client, BufferedReader in, Manner manner)
                throws IOException, InterruptedException {
            var text = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                text.append(line).append("\r\n");
                if (text.length() > 2000 && manner == Manner.HASTY && mayRead.getCount() > 0) {
                    say(client, "250 2.0.0 taken");
                    mayRead.await();
                }
            }
            content = text.toString();
            if (manner != Manner.HASTY) {
                say(client, manner == Manner.PROPER ? "250 2.0.0 taken" : "554 5.7.1 no");
            }
        }

        private static void say(Socket client, String line) throws IOException {
            client.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            mayRead.countDown();
            socket.close();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void afterTheServerHasAcceptedAMessageItsBufferIsGivenBack() throws Exception {
        Server server = server(Manner.PROPER);
        LentMail mail = deliver(server);

        assertThat(mail.timesGivenBack).isEqualTo(1);
        assertThat(server.content).endsWith(TEXT);
    }

    @Test
    void aServerThatAcceptsAMessageBeforeItHasReadItGetsTheRestOfThatMessage() throws Exception {
        Server server = server(Manner.HASTY);
        deliver(server);

        server.mayRead.countDown();
        await().atMost(LIMIT).until(() -> !server.content.isEmpty());
        assertThat(server.content).endsWith(TEXT);
    }

    @Test
    void aBufferThatWasSentOverTwoConnectionsIsLeftToTheCollector() throws Exception {
        Server first = server(Manner.ABRUPT);
        Server second = server(Manner.PROPER);
        LentMail mail = deliver(first, second);

        assertThat(second.content).endsWith(TEXT);
        assertThat(mail.timesGivenBack).isZero();
    }

    @Test
    void theBufferOfARefusedMessageIsLeftToTheCollector() throws Exception {
        assertThat(deliver(server(Manner.UNWILLING)).timesGivenBack).isZero();
    }

    private Server server(Manner manner) throws IOException {
        var server = new Server(manner);
        open.add(server);
        return server;
    }

    private LentMail deliver(Server... servers) throws Exception {
        EventLoop loop = EventLoop.open("test");
        open.add(0, loop);
        var thread = new Thread(loop::serve, "delivery");
        thread.setDaemon(true);
        thread.start();
        var ordered = new ArrayList<MailHost>();
        for (Server server : servers) {
            ordered.add(new MailHost("127.0.0.1", server.port(), ordered.size(), 1));
        }
        var nextHop =
                new NextHop("there", ordered, ClientProtocol.SMTP, TlsLevel.NONE, null, false, HopSettings.DEFAULTS);
        var session = new DeliverySession(
                loop,
                nextHop,
                DeliveryOptions.named("relay.example"),
                new FixedNames() {},
                (host, trust) -> {
                    throw new IllegalStateException("no TLS here");
                },
                new NoObserver(),
                new Owner());
        var mail = new LentMail();
        session.deliver(new DeliveryRequest(Ulid.NONE, mail.envelope(), mail, 1, List.of(0)));
        await().atMost(LIMIT).until(() -> !results.isEmpty());
        return mail;
    }

    private static Envelope newEnvelope() {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("1", "127.0.0.1:1", "client.example", "ESMTP"));
        byte[] from = "<ann@sender.example>".getBytes(US_ASCII);
        writer.reversePath(from, 0, from.length);
        byte[] to = "<bob@there.example>".getBytes(US_ASCII);
        writer.forwardPath(to, 0, to.length);
        return writer.finish(Instant.EPOCH, EnumSet.noneOf(Envelope.Flag.class));
    }

    private static final class NoObserver implements DeliveryObserver {
        @Override
        public @Nullable ObservedSession connecting(MailHost host, SocketAddress address, long nanos) {
            return null;
        }

        @Override
        public void answered(int before) {}
    }

    private final class Owner implements DeliverySession.Owner {
        @Override
        public void finished(DeliverySession session, DeliveryRequest request, DeliveryResult result) {
            results.add(result);
        }

        @Override
        public void ended(DeliverySession session, @Nullable HostFailure failure) {}
    }
}
