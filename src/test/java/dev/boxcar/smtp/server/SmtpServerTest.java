// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.clients.WatchedSink;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.unit.AddressText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners, loops and shutdown of a server, over sockets and with its own threads. */
@Timeout(60)
class SmtpServerTest {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
    private final Spool spool = new MemorySpool(1_000_000);
    private final WatchedSink sink = new WatchedSink(new SpoolSink(spool));
    private final List<AutoCloseable> open = new ArrayList<>();
    private @Nullable SmtpServer server;
    /** Whether the test shuts the server down itself. */
    private boolean ending;

    private SmtpServer start(int loops, Limits limits) throws IOException {
        server = SmtpServer.start(new SmtpServer.Options("mx.example", loops, limits), Ports.of(sink));
        return server;
    }

    /** Starts a server with this number of loops on a free port. */
    private InetSocketAddress listening(int loops) throws IOException {
        return start(loops, Limits.DEFAULTS).listen("127.0.0.1", 0).get(0);
    }

    private SocketClient client(InetSocketAddress address) throws IOException {
        return opened(new SocketClient(address));
    }

    private SocketClient greeted(InetSocketAddress address) throws IOException {
        return opened(SocketClient.greeted(address));
    }

    /** A client that is closed when the test ends. */
    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
        if (server != null && !ending) {
            server.shutdown(LONG);
        }
        assertThat(threadsLeft()).isEmpty();
    }

    private Set<Thread> threadsLeft() {
        var threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeAll(threadsBefore);
        threads.removeIf(thread -> thread.isDaemon() || thread.getName().startsWith("junit")); // not the server's
        return threads;
    }

    /** Waits on the test's own thread, so that no other thread is counted. */
    private static ConditionFactory patiently() {
        return await().pollInSameThread();
    }

    // ---- loops
    // ---------------------------------------------------------------------------------------------------------------

    @Test
    void reportsALoopThatFails() throws Exception {
        var failure = new CompletableFuture<Throwable>();
        MessageSink breaking = new MessageSink() {
            @Override
            public Admission admits(long declaredBytes) {
                throw new AssertionError("out of memory, for example");
            }

            @Override
            public Incoming begin(Executor loop) {
                throw new IllegalStateException("not started");
            }
        };
        var server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS), Ports.of(breaking), failure::complete);
        try (var client = new SocketClient(server.listen("127.0.0.1", 0).get(0))) {
            client.send("HELO c\r\nMAIL FROM:<>\r\n");
            assertThat(failure.get(20, TimeUnit.SECONDS)).hasMessage("out of memory, for example");
        } finally {
            server.shutdown(Duration.ZERO);
        }
    }

    @Test
    void distributesSessionsOverTheLoops() throws Exception {
        List<InetSocketAddress> addresses = start(3, Limits.DEFAULTS).listen("127.0.0.1", 0);
        assertThat(addresses).as("one listener").hasSize(1);
        var clients = new ArrayList<SocketClient>();
        for (int i = 0; i < 6; i++) {
            clients.add(greeted(addresses.get(0)));
        }
        for (int round = 0; round < 2; round++) {
            for (SocketClient client : clients) {
                client.send(GROUP);
                assertThat(client.replies(3).get(2)).startsWith("354 ");
                assertThat(client.ask("text\r\n.")).startsWith("250 ");
            }
        }

        List<WatchedSink.Start> beginnings = sink.starts();
        assertThat(beginnings.subList(6, 12)).isEqualTo(beginnings.subList(0, 6));
        assertThat(beginnings.stream().collect(groupingBy(WatchedSink.Start::loop, counting())))
                .hasSize(3)
                .allSatisfy((loop, messages) -> assertThat(messages).isEqualTo(4));
        assertThat(beginnings.stream().map(beginning -> beginning.thread().getName()))
                .containsOnly("boxcar-loop-0", "boxcar-loop-1", "boxcar-loop-2");
        assertThat(beginnings)
                .as("one thread per loop")
                .satisfies(all -> assertThat(new HashSet<>(all)).hasSize(3));
    }

    @Test
    void aServerNeedsALoop() {
        assertThatThrownBy(() -> new SmtpServer.Options("mx.example", 0, Limits.DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- connections
    // ---------------------------------------------------------------------------------------------------------

    @Test
    void refusesOneConnectionTooManyAndServesAgainAfterOneHasLeft() throws Exception {
        SmtpServer two = start(2, withConnections(2));
        InetSocketAddress address = two.listen("127.0.0.1", 0).get(0);
        SocketClient first = greeted(address);
        SocketClient second = greeted(address);

        SocketClient refused = client(address);
        assertThat(refused.reply()).startsWith("421 4.3.2 ");
        assertThat(refused.rest()).isEmpty();
        assertThat(two.openSessions()).isEqualTo(2);

        assertThat(first.ask("QUIT")).startsWith("221 ");
        patiently().until(() -> two.openSessions() == 1);
        assertThat(client(address).reply()).startsWith("220 ");
        assertThat(second.ask("NOOP")).startsWith("250 ");
        assertThat(client(address).reply()).startsWith("421 4.3.2 ");
    }

    @Test
    void aLostConnectionMakesRoomForAnother() throws Exception {
        SmtpServer one = start(1, withConnections(1));
        InetSocketAddress address = one.listen("127.0.0.1", 0).get(0);
        SocketClient first = greeted(address);
        first.send(GROUP + "half a mess");
        first.replies(3);
        first.close();
        patiently().until(() -> one.openSessions() == 0);
        sink.awaitAbandoned(1);
        assertThat(client(address).reply()).startsWith("220 ");
    }

    private static Limits withConnections(int connections) {
        return Limits.DEFAULTS.withConnections(connections);
    }

    // ---- listeners
    // -----------------------------------------------------------------------------------------------------------

    @Test
    void localhostMeansBothLoopbackAddressesWithOnePort() throws Exception {
        assumeTrue(hasIpv6(), "no IPv6 loopback here");
        List<InetSocketAddress> addresses = start(2, Limits.DEFAULTS).listen("localhost", 0);
        assertThat(addresses)
                .extracting(InetSocketAddress::getAddress)
                .containsExactly(literal("127.0.0.1"), literal("::1"));
        assertThat(addresses.get(0).getPort())
                .isPositive()
                .isEqualTo(addresses.get(1).getPort());
        for (InetSocketAddress address : addresses) {
            assertThat(client(address).reply()).startsWith("220 ");
        }
        assertThat(AddressText.of(addresses.get(1)))
                .isEqualTo("[::1]:" + addresses.get(1).getPort());
    }

    @Test
    void localhostMeansTheOnlyLoopbackAddressIfThereIsOne() throws Exception {
        assumeTrue(!hasIpv6(), "there is an IPv6 loopback here");
        List<InetSocketAddress> addresses = start(1, Limits.DEFAULTS).listen("localhost", 0);
        assertThat(addresses).hasSize(1);
        assertThat(client(addresses.get(0)).reply()).startsWith("220 ");
    }

    /**
     * If another program has the port on one loopback address, we must not use it on the other: a client could reach
     * either.
     */
    @Test
    void doesNotListenOnLocalhostIfOneLoopbackAddressIsInUse() throws Exception {
        assumeTrue(hasIpv6(), "no IPv6 loopback here");
        int port = occupied("::1");
        start(1, Limits.DEFAULTS);
        refusesToListen("localhost", port, "cannot listen on [::1]:" + port + ": the port is in use");
        awaitRefusal(new InetSocketAddress(literal("127.0.0.1"), port));
    }

    /** The system removes a closed listener only when its loop returns to its selector. */
    private static void awaitRefusal(InetSocketAddress address) {
        patiently()
                .untilAsserted(() -> assertThatThrownBy(() -> new SocketClient(address).close())
                        .isInstanceOf(ConnectException.class));
    }

    private static boolean hasIpv6() {
        try (var probe = new ServerSocket(0, 1, literal("::1"))) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @SuppressWarnings("AddressSelection") // nothing is looked up
    private static InetAddress literal(String address) throws IOException {
        return InetAddress.getByName(address);
    }

    private int occupied(String host) throws IOException {
        return opened(new ServerSocket(0, 1, literal(host))).getLocalPort();
    }

    @Test
    void reportsAPortInUseInOneLineAndKeepsServing() throws Exception {
        int port = occupied("127.0.0.1");
        InetSocketAddress address = listening(2);
        refusesToListen("127.0.0.1", port, "cannot listen on 127.0.0.1:" + port + ": the port is in use");
        refusesToListen(
                "127.0.0.1",
                address.getPort(),
                "cannot listen on 127.0.0.1:" + address.getPort() + ": the port is in use");
        assertThat(client(address).reply()).startsWith("220 ");
    }

    @Test
    void reportsAnUnknownHostInOneLine() throws Exception {
        start(1, Limits.DEFAULTS);
        String unknown = "x".repeat(64) + ".example"; // too long for a label, so no name server is asked
        refusesToListen(unknown, 0, "cannot listen on " + unknown + ": no such host");
    }

    @Test
    void reportsAnAddressOfAnotherMachineInOneLine() throws Exception {
        start(1, Limits.DEFAULTS);
        assertThatIOException()
                .isThrownBy(() -> server().listen("192.0.2.1", 0))
                .withMessageStartingWith("cannot listen on 192.0.2.1:0: ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "in use", "null"));
    }

    private void refusesToListen(String host, int port, String line) {
        assertThatIOException().isThrownBy(() -> server().listen(host, port)).withMessage(line);
    }

    private SmtpServer server() {
        return Objects.requireNonNull(server);
    }

    // ---- shutdown
    // -------------------------------------------------------------------------------------------------------------

    @Test
    void shutdownSends421ToIdleSessionsAndEndsItsThreads() throws Exception {
        InetSocketAddress address = listening(3);
        var clients = new ArrayList<SocketClient>();
        for (int i = 0; i < 6; i++) {
            clients.add(greeted(address));
        }
        assertThat(clients.get(0).ask("MAIL FROM:<a@example.com>")).startsWith("250 ");
        assertThat(threadsLeft())
                .extracting(Thread::getName)
                .containsExactlyInAnyOrder("boxcar-loop-0", "boxcar-loop-1", "boxcar-loop-2");

        shutDown(LONG).get(10, TimeUnit.SECONDS); // without a body there is no grace period
        for (SocketClient client : clients) {
            assertThat(client.rest()).startsWith("421 4.3.2 ").containsOnlyOnce("\r\n");
        }
        assertThat(server().openSessions()).isZero();
        assertThat(threadsLeft()).isEmpty();
        assertThatThrownBy(() -> client(address)).isInstanceOf(ConnectException.class);
    }

    @Test
    void shutdownAcceptsABodyThatEndsWithinTheGracePeriod() throws Exception {
        InetSocketAddress address = listening(2);
        var idle = List.of(greeted(address), greeted(address)); // one on each loop
        var sending = List.of(greeted(address), greeted(address));
        for (SocketClient client : sending) {
            client.send(GROUP + "begun\r\n");
            client.replies(3);
        }

        CompletableFuture<?> end = shutDown(LONG);
        for (SocketClient client : idle) {
            assertThat(client.rest()).startsWith("421 4.3.2 "); // so all loops know of the shutdown
        }
        awaitRefusal(address);
        for (SocketClient client : sending) {
            assertThat(client.unread()).isZero();
            assertThat(end).isNotDone();
            client.send("and ended\r\n.\r\nNOOP\r\n");
            assertThat(client.reply()).startsWith("250 2.0.0 Message queued as ");
            assertThat(client.rest()).startsWith("421 4.3.2 ").containsOnlyOnce("\r\n");
        }
        end.get(10, TimeUnit.SECONDS);
        assertThat(spool.ids()).hasSize(2);
    }

    @Test
    void shutdownAbortsABodyAfterTheGracePeriod() throws Exception {
        InetSocketAddress address = listening(1);
        SocketClient client = greeted(address);
        client.send(GROUP + "for ever\r\n");
        client.replies(3);
        Duration grace = Duration.ofMillis(100);
        long before = System.nanoTime();
        shutDown(grace).get(10, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(grace);
        assertThat(client.rest()).startsWith("421 4.3.2 ").containsOnlyOnce("\r\n");
        sink.awaitAbandoned(1);
        assertThat(spool.ids()).isEmpty();
        assertThat(spool.statistics().slabBytes()).isZero();
    }

    @Test
    void closesOneListenerAndKeepsTheOthersAndTheSessions() throws Exception {
        InetSocketAddress kept = listening(1);
        InetSocketAddress closed = server().listen("127.0.0.1", 0).get(0);
        SocketClient client = greeted(closed);
        server().closeListener(closed);
        assertThatThrownBy(() -> new SocketClient(closed)).isInstanceOf(ConnectException.class);
        assertThat(client.ask("NOOP")).startsWith("250 ");
        assertThat(greeted(kept).ask("NOOP")).startsWith("250 ");
    }

    @Test
    void anAbortWaitsForNoClient() throws Exception {
        InetSocketAddress address = listening(2);
        SocketClient client = greeted(address);
        client.send(GROUP);
        client.replies(3);
        client.send("the message does not end");
        server().abort();
        ending = true;
        assertThat(server().openSessions()).isZero();
        assertThatIOException().isThrownBy(client::reply);
        assertThatThrownBy(() -> new SocketClient(address)).isInstanceOf(ConnectException.class);
    }

    private CompletableFuture<Void> shutDown(Duration grace) {
        var end = new CompletableFuture<Void>();
        var thread = new Thread(
                () -> {
                    try {
                        server().shutdown(grace);
                        end.complete(null);
                    } catch (InterruptedException | RuntimeException e) {
                        end.completeExceptionally(e);
                    }
                },
                "end");
        thread.setDaemon(true);
        thread.start();
        ending = true;
        return end;
    }
}
