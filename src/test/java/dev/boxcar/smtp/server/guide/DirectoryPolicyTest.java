// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The example policy in docs/ports.md works as described there and uses only public API. */
class DirectoryPolicyTest {
    private static final Path GUIDE = Path.of("docs/ports.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/boxcar/smtp/server/guide/DirectoryPolicy.java");

    @Test
    void looksUpRecipientsConcurrentlyAndRepliesInOrder() throws Exception {
        var allAsked = new CountDownLatch(3);
        Map<String, Boolean> known = Map.of("a@example.com", true, "b@example.com", false);
        var policy = new DirectoryPolicy(name -> CompletableFuture.supplyAsync(
                () -> {
                    allAsked.countDown();
                    await(allAsked); // answers only once all three lookups are under way
                    if (!known.containsKey(name)) {
                        throw new IllegalStateException("directory is unavailable");
                    }
                    return known.get(name);
                },
                task -> new Thread(task).start()));
        var spool = new MemorySpool(1024 * 1024);
        var server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS),
                Ports.of(new SpoolSink(spool)).withPolicy(policy));
        try {
            InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
            String recipients = Stream.of("a@example.com", "b@example.com", "c@example.com", "Postmaster")
                    .map(name -> "RCPT TO:<" + name + ">\r\n")
                    .collect(Collectors.joining());
            assertThat(dialogue(address, "HELO c\r\nMAIL FROM:<s@example.com>\r\n" + recipients + "QUIT\r\n"))
                    .containsExactly(
                            "220 mx.example ESMTP Boxcar",
                            "250 mx.example",
                            "250 2.1.0 Sender OK",
                            "250 2.1.5 Recipient OK",
                            "550 5.1.1 No such mailbox",
                            "451 4.4.3 The directory does not answer, try again later",
                            "250 2.1.5 Recipient OK",
                            "221 2.0.0 mx.example closing connection");
        } finally {
            server.shutdown(Duration.ofSeconds(1));
            spool.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> dialogue(InetSocketAddress address, String commands) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(commands.getBytes(US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
                    .lines()
                    .collect(Collectors.toList());
        }
    }

    @Test
    void guideQuotesThisPolicyVerbatim() throws IOException {
        String source = Files.readString(SOURCE);
        assertThat(Files.readString(GUIDE)).contains(source.substring(source.indexOf("/** Accepts mail")));
    }
}
