// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a client gets when the disk is full or fails: 452 and 451, every reply in its place, and 250 again when there is
 * room.
 */
@Timeout(120)
class DiskFaultServerTest {
    private static final String GROUP = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    private static final String QUEUED = "250 2.0.0 Message queued as ";
    private static final String NO_ROOM = "452 4.3.1 ";
    private static final String FAULT = "451 4.3.0 ";

    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private final List<SocketClient> clients = new ArrayList<>();
    private final List<String> fatals = new CopyOnWriteArrayList<>();
    private @Nullable SmtpServer server;
    private @Nullable Path mounted;
    private Spool spool = new MemorySpool(1);
    private InetSocketAddress address = new InetSocketAddress(0);

    private void start(Path path, Disk disk) throws IOException {
        spool = SegmentSpool.open(
                path, SpoolOptions.DEFAULTS.withReserveBytes(0), e -> fatals.add(String.valueOf(e.getMessage())), disk);
        server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS), Ports.of(new SpoolSink(spool)));
        address = server.listen("127.0.0.1", 0).get(0);
    }

    private SocketClient client() throws IOException {
        SocketClient client = SocketClient.greeted(address);
        clients.add(client);
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
        try {
            spool.close();
        } catch (SpoolException e) {
            assertThat(fatals).isNotEmpty();
        }
        if (mounted != null) {
            run("umount", mounted.toString());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(Mail.SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /**
     * Sends one message of this size in pipelined groups. Returns the reply to its end, or to MAIL if that was refused.
     */
    private static String send(SocketClient client, int bytes) throws IOException {
        client.send(GROUP);
        List<String> replies = client.replies(3);
        if (!replies.get(0).startsWith("250 ")) {
            assertThat(replies.get(1)).startsWith("503 ");
            assertThat(replies.get(2)).startsWith("503 ");
            return replies.get(0);
        }
        assertThat(replies.get(2)).startsWith("354 ");
        client.send("x".repeat(76).concat("\r\n").repeat(bytes / 78) + ".\r\n");
        return client.reply();
    }

    private static void awaitService(SocketClient client) {
        await().atMost(Duration.ofSeconds(Mail.SECONDS))
                .until(() -> send(client, 780).startsWith(QUEUED));
    }

    @Test
    void aFullDiskIs452AtEndOfDataThenAtMailUntilThereIsRoom() throws Exception {
        start(directory, files);
        SocketClient client = client();
        assertThat(send(client, 1_000)).startsWith(QUEUED);
        files.roomBytes = 600;
        files.freeBytes = 600;
        assertThat(send(client, 5_000)).startsWith(NO_ROOM);
        assertThat(send(client, 5_000)).as("asked at MAIL").startsWith(NO_ROOM);
        assertThat(client.ask("MAIL FROM:<a@example.com>")).startsWith(NO_ROOM);
        assertThat(client.ask("NOOP")).startsWith("250 ");
        assertThat(spool.ids()).hasSize(1);

        files.freeBytes = Long.MAX_VALUE;
        files.roomBytes = Long.MAX_VALUE;
        awaitService(client);
        assertThat(fatals).isEmpty();
    }

    /** Bodies that were in flight when the disk became full get a reply each, in order, and the session continues. */
    @Test
    void answersPipelinedMessagesInOrderWhenTheDiskFills() throws Exception {
        start(directory, files);
        SocketClient train = client();
        files.holdForces();
        train.send(GROUP);
        train.replies(3);
        train.send("one\r\n.\r\n" + GROUP);
        files.awaitForce();
        files.roomBytes = 100;
        train.send("x".repeat(900) + "\r\n.\r\n" + "RSET\r\nNOOP\r\n");
        files.releaseForces();
        assertThat(train.reply()).startsWith(QUEUED);
        assertThat(train.replies(3).get(2)).startsWith("354 "); // it was executed during the force
        assertThat(train.reply()).startsWith(NO_ROOM);
        assertThat(train.replies(2)).allMatch(reply -> reply.startsWith("250 "));
        assertThat(spool.ids()).hasSize(1);
        assertThat(fatals).isEmpty();
    }

    /** A real file system of 2 MiB that becomes full. */
    @Test
    void continuesWhenAFullFileSystemHasRoomAgain() throws Exception {
        Path small = Files.createDirectories(directory.resolve("small"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=2m", "boxcar-test", small.toString()))
                .as("status of mount: this account may not mount a file system")
                .isZero();
        mounted = small;
        Path ballast = Files.write(small.resolve("ballast"), new byte[1024 * 1024]);
        start(small.resolve("spool"), Disk.LOCAL);
        SocketClient client = client();
        int stored = 0;
        String reply = send(client, 78_000);
        while (reply.startsWith(QUEUED)) {
            stored++;
            assertThat(stored).isLessThan(20);
            reply = send(client, 78_000);
        }
        assertThat(reply).startsWith(NO_ROOM);
        assertThat(stored).isGreaterThan(5);
        assertThat(client.ask("MAIL FROM:<a@example.com>")).startsWith(NO_ROOM);
        assertThat(spool.ids()).hasSize(stored);

        Files.delete(ballast);
        awaitService(client);
        assertThat(fatals).isEmpty();
        spool.close();
        assertThat(SpoolReader.verify(small.resolve("spool")).problems()).isEmpty();
        assertThat(Mail.ids(small.resolve("spool"))).hasSize(stored + 1);
    }

    @Test
    void reportsAReadOnlyFileSystemAtStart() throws Exception {
        Path small = Files.createDirectories(directory.resolve("small"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=2m,ro", "boxcar-test", small.toString()))
                .as("status of mount: this account may not mount a file system")
                .isZero();
        mounted = small;
        assertThatThrownBy(() -> start(small.resolve("spool"), Disk.LOCAL))
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining("Read-only file system")
                .hasMessageNotContaining("\n");
    }

    /** As Linux does after an error: between one write and the next. */
    @Test
    void aFileSystemThatBecomesReadOnlyIs451ForAllAndEndsTheSpool() throws Exception {
        start(directory, files);
        SocketClient client = client();
        assertThat(send(client, 1_000)).startsWith(QUEUED);
        files.writeFails = true;
        assertThat(send(client, 1_000)).startsWith(FAULT);
        files.writeFails = false; // the spool does not try again
        assertThat(client.ask("MAIL FROM:<a@example.com>")).startsWith(FAULT);
        await().atMost(Duration.ofSeconds(Mail.SECONDS)).until(() -> fatals.size() == 1);
    }

    @Test
    void aFailedForceIs451ForAllWaitingClientsAndIsNotRepeated() throws Exception {
        start(directory, files);
        var waiting = new ArrayList<SocketClient>();
        for (int i = 0; i < 5; i++) {
            SocketClient client = client();
            client.send(GROUP);
            client.replies(3);
            waiting.add(client);
        }
        files.forceFails = true;
        for (SocketClient client : waiting) {
            client.send("text\r\n.\r\n");
        }
        for (SocketClient client : waiting) {
            assertThat(client.reply()).startsWith(FAULT);
        }
        assertThat(files.forces).hasValue(1);
        files.forceFails = false;
        assertThat(waiting.get(0).ask("MAIL FROM:<a@example.com>")).startsWith(FAULT);
        assertThat(files.forces).hasValue(1);
        assertThat(spool.ids()).isEmpty();
        await().atMost(Duration.ofSeconds(Mail.SECONDS)).until(() -> fatals.size() == 1);
    }
}
