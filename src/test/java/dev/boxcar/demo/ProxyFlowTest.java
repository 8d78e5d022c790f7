// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy passes any amount of data unchanged, and stops reading from a side whose data it cannot pass on. */
@Timeout(60)
class ProxyFlowTest extends ProxyFixture {
    private static final int MEBI = 1024 * 1024;

    @Test
    void passesAMebibyteInBothDirectionsByteForByte() throws Exception {
        passesBothWays(session(), 1);
    }

    private void passesBothWays(Ends ends, long seed) throws Exception {
        byte[] up = random(MEBI, seed);
        byte[] down = random(MEBI, -seed);
        List<CompletableFuture<byte[]>> received =
                List.of(inBackground(() -> readAll(ends.server())), inBackground(() -> readAll(ends.client())));
        List<CompletableFuture<byte[]>> sent = List.of(
                inBackground(() -> writeAndEnd(ends.client(), up)),
                inBackground(() -> writeAndEnd(ends.server(), down)));
        for (var one : sent) {
            one.get(30, TimeUnit.SECONDS);
        }
        assertThat(received.get(0).get(30, TimeUnit.SECONDS)).isEqualTo(up);
        assertThat(received.get(1).get(30, TimeUnit.SECONDS)).isEqualTo(down);
    }

    private static byte[] random(int bytes, long seed) {
        var random = new byte[bytes];
        new Random(seed).nextBytes(random);
        for (int i = 0; i < bytes; i++) {
            random[i] = random[i] == '\n' || random[i] == '\r' ? 0 : random[i]; // one line that never ends
        }
        return random;
    }

    @Test
    void keepsSimultaneousSessionsApart() throws Exception {
        Ends first = session();
        Ends second = session();
        CompletableFuture<byte[]> other = inBackground(() -> {
            passesBothWays(second, 22);
            return new byte[0];
        });
        passesBothWays(first, 11);
        other.get(30, TimeUnit.SECONDS);
        awaitShown("(1) closed: 1048576 bytes to the server, 1048576 to the client");
        awaitShown("(2) closed: 1048576 bytes to the server, 1048576 to the client");
    }

    /** The sender is blocked, and the other direction still works. */
    @Test
    void stopsReadingFromASenderWhoseReceiverDoesNotRead() throws Exception {
        Ends ends = session();
        int all = 64 * MEBI;
        var taken = new AtomicLong();
        byte[] piece = random(64 * 1024, 7);
        CompletableFuture<byte[]> sending = inBackground(() -> {
            for (int sent = 0; sent < all; sent += piece.length) {
                ends.client().getOutputStream().write(piece);
                taken.addAndGet(piece.length);
            }
            ends.client().shutdownOutput();
            return piece;
        });
        awaitNoProgress(taken);
        assertThat(taken.get()).isLessThan(32L * MEBI); // held in the system's buffers, not in the proxy
        assertThat(sending).isNotDone();

        byte[] back = random(MEBI, 8);
        CompletableFuture<byte[]> answered = inBackground(() -> writeAndEnd(ends.server(), back));
        assertThat(readAll(ends.client())).isEqualTo(back);
        answered.get(30, TimeUnit.SECONDS);

        for (int received = 0; received < all; received += piece.length) {
            byte[] next = ends.server().getInputStream().readNBytes(piece.length);
            assertThat(Arrays.equals(next, piece)).isTrue();
        }
        assertThat(ends.server().getInputStream().read()).isNegative();
        sending.get(30, TimeUnit.SECONDS);
    }

    /** A paused terminal neither blocks the loop nor fills the memory. */
    @Test
    void stopsReadingWhileTheDisplayIsBlocked() throws Exception {
        var paused = new CompletableFuture<Void>();
        open.add(() -> paused.complete(null));
        var terminal = new OutputStream() {
            @Override
            public void write(int b) {
                paused.join();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                paused.join();
            }
        };
        proxy = proxyFor("127.0.0.1", target.getLocalPort(), terminal);
        Ends ends = session();
        byte[] lines = "\n".repeat(3 * MEBI).getBytes(UTF_8); // each takes more bytes to show than to send
        var received = new AtomicLong();
        CompletableFuture<byte[]> sent = inBackground(() -> writeAndEnd(ends.client(), lines));
        CompletableFuture<byte[]> read = inBackground(() -> {
            var some = new byte[64 * 1024];
            for (int bytes = 0;
                    bytes >= 0;
                    bytes = ends.server().getInputStream().read(some)) {
                received.addAndGet(bytes);
            }
            return some;
        });
        awaitNoProgress(received);
        assertThat(received.get()).isLessThan(MEBI);
        session(); // the loop is not blocked
        paused.complete(null);
        sent.get(30, TimeUnit.SECONDS);
        read.get(30, TimeUnit.SECONDS);
        assertThat(received.get()).isEqualTo(lines.length);
    }

    private static void awaitNoProgress(AtomicLong count) {
        var last = new AtomicLong();
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> last.getAndSet(count.get()) == count.get() && count.get() > 0);
    }
}
