// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More large messages at once than fit into memory: all are stored, and their memory stays within its limit (P4). */
class ManyLargeMessagesTest {
    private static final int MESSAGES = 30;
    private static final int LINES = 60_000;
    private static final int SLAB_BYTES = 8 * 1024 * 1024;
    private static final byte[] LINE =
            "0123456789012345678901234567890123456789012345678901234567890123\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        files.releaseWrites();
        clients.shutdownNow();
    }

    @Test
    void storesAllMessagesWithinTheMemoryForBodies() throws Exception {
        var options = SpoolOptions.DEFAULTS.withSync(Sync.GROUP).withSlabBytes(SLAB_BYTES);
        try (SegmentSpool spool = SegmentSpool.open(directory, options, e -> {}, files)) {
            var server = SmtpServer.start(
                    new SmtpServer.Options("mx.example", 2, Limits.DEFAULTS), Ports.of(new SpoolSink(spool)));
            try {
                InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
                var begun = new CountDownLatch(MESSAGES);
                List<CompletableFuture<String>> replies = new ArrayList<>();
                for (int i = 0; i < MESSAGES; i++) {
                    replies.add(CompletableFuture.supplyAsync(() -> send(address, begun), clients));
                }
                assertThat(begun.await(Mail.SECONDS, TimeUnit.SECONDS)).isTrue();
                files.holdWrites(); // nothing is written for a while: sessions must wait, not fail
                org.awaitility.Awaitility.await().until(() -> spool.statistics().slabBytes() > SLAB_BYTES / 4);
                assertThat(spool.statistics().slabBytes()).isLessThanOrEqualTo(SLAB_BYTES);
                files.releaseWrites();
                for (CompletableFuture<String> reply : replies) {
                    assertThat(reply.get(4 * Mail.SECONDS, TimeUnit.SECONDS)).startsWith("250 ");
                }
                assertThat(spool.ids()).hasSize(MESSAGES);
                for (Ulid id : spool.ids()) {
                    SpoolRecord record = Objects.requireNonNull(spool.find(id));
                    assertThat(record.bodyLength()).isEqualTo((long) LINES * LINE.length);
                    assertThat(record.type()).isEqualTo(RecordType.BLOB);
                }
                assertThat(spool.statistics().refused()).isZero();
                assertThat(spool.statistics().slabBytes()).isZero();
            } finally {
                server.shutdown(Duration.ZERO);
            }
        }
        assertThat(SpoolReader.verify(directory).problems()).isEmpty();
    }

    /** Sends one message and returns the reply. */
    private static String send(InetSocketAddress address, CountDownLatch begun) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(4 * Mail.SECONDS));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = socket.getOutputStream();
            in.readLine();
            for (String command :
                    List.of("HELO client.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA")) {
                out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
                String reply = in.readLine();
                if (reply == null || reply.charAt(0) > '3') {
                    return "at " + command + ": " + reply;
                }
            }
            begun.countDown();
            begun.await(); // a message that begins while memory is short is refused, as it should be
            byte[] lines = new byte[LINE.length * 1000];
            for (int i = 0; i < 1000; i++) {
                System.arraycopy(LINE, 0, lines, i * LINE.length, LINE.length);
            }
            for (int i = 0; i < LINES / 1000; i++) {
                out.write(Arrays.copyOf(lines, lines.length));
            }
            out.write(".\r\n".getBytes(StandardCharsets.US_ASCII));
            return String.valueOf(in.readLine());
        } catch (IOException | InterruptedException e) {
            return "failed: " + e;
        }
    }
}
