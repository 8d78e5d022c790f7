// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.clients.WatchedSink;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pipelined messages over a socket into a spool whose force is held: replies wait for the disk, sessions do not. */
@Timeout(60)
class DurablePipeliningTest {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    private static final String QUEUED = "250 2.0.0 Message queued as ";

    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private final List<SocketClient> clients = new ArrayList<>();
    private @Nullable SmtpServer server;
    private Spool spool = new MemorySpool(1);
    private WatchedSink sink = new WatchedSink(new SpoolSink(spool));
    private InetSocketAddress address = new InetSocketAddress(0);

    private void start(int loops) throws IOException {
        spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {}, files);
        sink = new WatchedSink(new SpoolSink(spool));
        server = SmtpServer.start(new SmtpServer.Options("mx.example", loops, Limits.DEFAULTS), Ports.of(sink));
        address = server.listen("127.0.0.1", 0).get(0);
    }

    private SocketClient client() throws IOException {
        SocketClient client = SocketClient.greeted(address);
        clients.add(client);
        return client;
    }

    /** A client that has received 354. */
    private SocketClient clientAtData() throws IOException {
        SocketClient client = client();
        client.send(GROUP);
        assertThat(client.replies(3).get(2)).startsWith("354 ");
        return client;
    }

    @AfterEach
    void end() throws Exception {
        files.releaseForces();
        for (SocketClient client : clients) {
            client.close();
        }
        if (server != null) {
            server.shutdown(Duration.ZERO);
        }
        spool.close();
    }

    /**
     * Waits until the loop has sent all replies that are ready: it answers another client twice, and does everything
     * else in between.
     */
    private static void awaitAFullLoopTurn(SocketClient other) throws IOException {
        assertThat(other.ask("NOOP")).startsWith("250 ");
        assertThat(other.ask("NOOP")).startsWith("250 ");
    }

    @Test
    void executesTheNextGroupDuringTheForceAndHoldsItsReplies() throws Exception {
        start(1);
        SocketClient other = client();
        SocketClient train = clientAtData();
        sink.awaitStarted(1);
        files.holdForces();

        train.send("one\r\n.\r\n" + GROUP);
        files.awaitForce();
        sink.awaitStarted(1); // the second DATA was executed
        awaitAFullLoopTurn(other);
        assertThat(train.unread()).as("bytes of replies during the force").isZero();
        assertThat(spool.ids()).isEmpty();

        files.releaseForces();
        List<String> replies = train.replies(4);
        assertThat(replies.get(0)).startsWith(QUEUED);
        assertThat(replies.subList(1, 3)).containsExactly("250 2.1.0 Sender OK", "250 2.1.5 Recipient OK");
        assertThat(replies.get(3)).startsWith("354 ");
        assertThat(spool.ids()).containsExactly(id(replies.get(0)));

        train.send("two\r\n.\r\nQUIT\r\n");
        assertThat(train.reply()).startsWith(QUEUED);
        assertThat(train.rest()).startsWith("221 ");
        assertThat(bodies()).containsExactly("one\r\n", "two\r\n");
    }

    @Test
    void messagesOfAllSessionsThatArriveDuringAForceShareTheNextOne() throws Exception {
        start(2);
        var senders = new ArrayList<SocketClient>();
        for (int i = 0; i < 20; i++) {
            senders.add(clientAtData());
        }
        files.holdForces();
        senders.get(0).send("first\r\n.\r\n");
        files.awaitForce();
        for (SocketClient sender : senders.subList(1, 20)) {
            sender.send("during\r\n.\r\n");
        }
        sink.awaitCommitted(20);
        files.releaseForces();

        for (SocketClient sender : senders) {
            assertThat(sender.reply()).startsWith(QUEUED);
        }
        assertThat(spool.statistics().messages()).isEqualTo(20);
        assertThat(spool.statistics().forces()).isEqualTo(2);
    }

    /** P10: once a client has read the 250, the message can be found, and all followers have seen it. */
    @Test
    void aFollowerSeesAMessageBeforeItsClientGets250() throws Exception {
        start(1);
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        var seen = new ConcurrentLinkedQueue<Ulid>();
        spool.follow(1, record -> {
            entered.countDown();
            awaitWithTimeout(leave);
            seen.add(record.id());
        });
        SocketClient other = client();
        SocketClient sender = clientAtData();
        sender.send("text\r\n.\r\n");
        awaitWithTimeout(entered);
        awaitAFullLoopTurn(other);
        assertThat(sender.unread())
                .as("bytes of a reply before the follower has seen the message")
                .isZero();

        leave.countDown();
        Ulid id = id(sender.reply());
        assertThat(seen).containsExactly(id);
        assertThat(spool.find(id)).isNotNull();
    }

    private static void awaitWithTimeout(CountDownLatch latch) {
        try {
            assertThat(latch.await(Mail.SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void answersBodiesSentWithoutWaitingFor354InOrder() throws Exception {
        start(1);
        SocketClient other = client();
        SocketClient train = client();
        files.holdForces();
        train.send(pipelinedMessages(20) + "QUIT\r\n");
        files.awaitForce();
        sink.awaitCommitted(20);
        awaitAFullLoopTurn(other);
        assertThat(train.replies(3).get(2)).startsWith("354 ");
        assertThat(train.unread()).as("bytes after the first 354").isZero();

        files.releaseForces();
        assertThat(readTrain(train, 20)).isEqualTo(spool.ids());
        assertThat(train.rest()).startsWith("221 ");
        assertThat(bodies())
                .isEqualTo(IntStream.range(0, 20).mapToObj(i -> i + "\r\n").toList());
        assertThat(spool.statistics().forces()).isLessThanOrEqualTo(2);
    }

    @Test
    void bodiesBeyondTheLimitWaitInTheSocket() throws Exception {
        start(1);
        SocketClient other = client();
        SocketClient train = client();
        files.holdForces();
        train.send(pipelinedMessages(100));
        sink.awaitCommitted(32);
        awaitAFullLoopTurn(other);
        assertThat(sink.starts()).hasSize(32);

        files.releaseForces();
        train.replies(3);
        assertThat(readTrain(train, 100)).isEqualTo(spool.ids());
        assertThat(bodies())
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> i + "\r\n").toList());
    }

    private static String pipelinedMessages(int messages) {
        var train = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            train.append(GROUP).append(i).append("\r\n.\r\n");
        }
        return train.toString();
    }

    /** The ids in the replies to the messages, after the first 354 was read. */
    private static List<Ulid> readTrain(SocketClient train, int messages) throws IOException {
        var ids = new ArrayList<Ulid>();
        ids.add(id(train.reply()));
        while (ids.size() < messages) {
            assertThat(train.replies(2)).containsExactly("250 2.1.0 Sender OK", "250 2.1.5 Recipient OK");
            assertThat(train.reply()).startsWith("354 ");
            ids.add(id(train.reply()));
        }
        return ids;
    }

    @Test
    void aShutdownWaitsForTheForceBefore421() throws Exception {
        start(1);
        SocketClient sender = clientAtData();
        SocketClient other = client();
        files.holdForces();
        sender.send("text\r\n.\r\n");
        files.awaitForce();
        var end = new Thread(
                () -> {
                    try {
                        Objects.requireNonNull(server).shutdown(Duration.ofSeconds(Mail.SECONDS));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                "end");
        end.start();
        assertThat(other.rest()).startsWith("421 4.3.2 "); // so the loop knows of the shutdown
        assertThat(sender.unread()).isZero();
        files.releaseForces();
        assertThat(sender.reply()).startsWith(QUEUED);
        assertThat(sender.rest()).startsWith("421 4.3.2 ");
        end.join(TimeUnit.SECONDS.toMillis(Mail.SECONDS));
        assertThat(end.isAlive()).isFalse();
        server = null;
    }

    @Test
    void aFailedForceIs451ForWaitingAndLaterMessages() throws Exception {
        start(2);
        SocketClient other = client();
        SocketClient train = clientAtData();
        SocketClient second = clientAtData();
        files.forceFails = true;
        train.send("one\r\n.\r\n");
        assertThat(train.reply()).startsWith("451 4.3.0 ");
        second.send("two\r\n.\r\n");
        assertThat(second.reply()).startsWith("451 4.3.0 ");
        assertThat(other.ask("MAIL FROM:<a@example.com>")).startsWith("451 4.3.0 ");
        assertThat(spool.ids()).isEmpty();
        assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
        spool = new MemorySpool(1);
    }

    private static Ulid id(String reply) {
        assertThat(reply).startsWith(QUEUED);
        return Objects.requireNonNull(Ulid.parse(reply.substring(QUEUED.length())), reply);
    }

    private List<String> bodies() throws IOException {
        var bodies = new ArrayList<String>();
        for (Ulid id : spool.ids()) {
            bodies.add(Mail.text(Objects.requireNonNull(spool.find(id))));
        }
        return bodies;
    }
}
