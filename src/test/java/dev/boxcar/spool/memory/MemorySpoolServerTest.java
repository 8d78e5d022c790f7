// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server with a spool in memory: there is no writer, the loops commit. */
@Timeout(60)
class MemorySpoolServerTest {
    private static final String ENVELOPE = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n";
    private static final String QUEUED = "250 2.0.0 Message queued as ";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Queue<Long> writes = new ConcurrentLinkedQueue<>();
    private Spool spool = new MemorySpool(1);
    private @Nullable SmtpServer server;

    private InetSocketAddress start(int loops, long capacityBytes) throws IOException {
        spool = new MemorySpool(capacityBytes);
        server = SmtpServer.start(
                new SmtpServer.Options("mx.example", loops, Limits.DEFAULTS),
                Ports.of(new SpoolSink(spool)).withListeners((who, nanos) -> new Writes()));
        return server.listen("127.0.0.1", 0).get(0);
    }

    private final class Writes implements SessionListener {
        @Override
        public void wrote(long bytes, long nanos) {
            writes.add(bytes);
        }
    }

    private SocketClient client(InetSocketAddress address) throws IOException {
        SocketClient client = SocketClient.greeted(address);
        open.add(client);
        return client;
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
        if (server != null) {
            server.shutdown(Duration.ZERO);
        }
        spool.close();
    }

    @Test
    void loopsCommitOneAtATimeAndA250MeansTheMessageIsFound() throws Exception {
        InetSocketAddress address = start(3, 10_000_000);
        var inside = new AtomicInteger();
        var atATime = ConcurrentHashMap.<Integer>newKeySet();
        var threads = ConcurrentHashMap.<String>newKeySet();
        var seen = ConcurrentHashMap.<Ulid>newKeySet();
        var sequences = new ConcurrentLinkedQueue<Long>();
        spool.follow(1, record -> {
            atATime.add(inside.incrementAndGet());
            threads.add(Thread.currentThread().getName());
            sequences.add(record.sequence());
            seen.add(record.id());
            inside.decrementAndGet();
        });

        var senders = new ArrayList<Callable<@Nullable Void>>();
        for (int i = 0; i < 6; i++) {
            SocketClient client = client(address);
            senders.add(() -> sendAndFind(client, 100, seen));
        }
        var threadsOfClients = Executors.newFixedThreadPool(6);
        try {
            for (var sender : threadsOfClients.invokeAll(senders, Mail.SECONDS, TimeUnit.SECONDS)) {
                sender.get();
            }
        } finally {
            threadsOfClients.shutdownNow();
        }
        assertThat(atATime).containsOnly(1);
        assertThat(threads).isSubsetOf("boxcar-loop-0", "boxcar-loop-1", "boxcar-loop-2");
        assertThat(sequences)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 600).boxed().toList());
        assertThat(spool.statistics().messages()).isEqualTo(600);
        assertThat(spool.statistics().forces()).isZero();
        assertThat(spool.statistics().slabBytes()).isZero();
    }

    /** Pipelined groups; each body is in one segment with the next group. */
    private @Nullable Void sendAndFind(SocketClient client, int messages, Set<Ulid> seen) throws IOException {
        client.send(ENVELOPE + "DATA\r\n");
        for (int i = 0; i < messages; i++) {
            assertThat(client.replies(3).get(2)).startsWith("354 ");
            client.send("message " + i + "\r\n.\r\n" + ENVELOPE + "DATA\r\n");
            String reply = client.reply();
            assertThat(reply).startsWith(QUEUED);
            Ulid id = Objects.requireNonNull(Ulid.parse(reply.substring(QUEUED.length())));
            assertThat(seen).contains(id);
            assertThat(Mail.text(Objects.requireNonNull(spool.find(id)))).isEqualTo("message " + i + "\r\n");
        }
        return null;
    }

    @Test
    void sendsTheReplyToAMessageInOneWriteWithItsNeighbours() throws Exception {
        SocketClient client = client(start(1, 100_000));
        client.send(ENVELOPE + "BDAT 6 LAST\r\nhello\n" + "NOOP\r\n");
        List<String> replies = client.replies(4);

        assertThat(replies.get(2)).startsWith(QUEUED);
        long bytes = replies.stream().mapToLong(reply -> reply.length() + 2).sum();
        await().untilAsserted(() ->
                assertThat(writes).endsWith(bytes)); // the listener is called a moment after the client has it
    }

    @Test
    void rejectsAMessageThatDoesNotFitAndStoresTheNext() throws Exception {
        SocketClient client = client(start(1, 100_000));
        assertThat(client.ask("MAIL FROM:<a@example.com> SIZE=100001")).startsWith("452 4.3.1 ");
        client.send(ENVELOPE + "DATA\r\n");
        assertThat(client.replies(3).get(2)).startsWith("354 ");
        client.send(("x".repeat(998) + "\r\n").repeat(101));
        assertThat(client.ask(".")).startsWith("452 4.3.1 ");
        client.send(ENVELOPE + "DATA\r\n");
        assertThat(client.replies(3).get(2)).startsWith("354 ");
        assertThat(client.ask("small\r\n.")).startsWith(QUEUED);
        assertThat(spool.ids()).hasSize(1);
        assertThat(spool.statistics().slabBytes()).isZero();
    }

    @Test
    void evictsTheOldestMessagesInsteadOfRejectingNewOnes() throws Exception {
        SocketClient client = client(start(1, 100_000));
        var ids = new ArrayList<Ulid>();
        for (int i = 0; i < 20; i++) {
            client.send(ENVELOPE + "DATA\r\n");
            assertThat(client.replies(3).get(2)).startsWith("354 ");
            String reply = client.ask(("x".repeat(998) + "\r\n").repeat(30) + ".");
            assertThat(reply).startsWith(QUEUED);
            ids.add(Objects.requireNonNull(Ulid.parse(reply.substring(QUEUED.length()))));
        }
        assertThat(spool.ids()).isEqualTo(ids.subList(17, 20));
        assertThat(spool.statistics().dropped()).isEqualTo(17);
    }
}
