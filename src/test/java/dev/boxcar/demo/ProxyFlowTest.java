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

/** What passes comes out as it went in, in any quantity; what does not get on is held back at its source. */
@Timeout(60)
class ProxyFlowTest extends ProxyStage {
    private static final int MEBI = 1024 * 1024;

    @Test
    void aMebibyteOfAnythingPassesEachWayAtOnceByteForByte() throws Exception {
        passesBothWays(session(), 1);
    }

    private void passesBothWays(Ends ends, long seed) throws Exception {
        byte[] up = random(MEBI, seed);
        byte[] down = random(MEBI, -seed);
        List<CompletableFuture<byte[]>> heard =
                List.of(inBackground(() -> readAll(ends.server())), inBackground(() -> readAll(ends.client())));
        List<CompletableFuture<byte[]>> said = List.of(
                inBackground(() -> writeAndEnd(ends.client(), up)),
                inBackground(() -> writeAndEnd(ends.server(), down)));
        for (var one : said) {
            one.get(30, TimeUnit.SECONDS);
        }
        assertThat(heard.get(0).get(30, TimeUnit.SECONDS)).isEqualTo(up);
        assertThat(heard.get(1).get(30, TimeUnit.SECONDS)).isEqualTo(down);
    }

    private static byte[] random(int bytes, long seed) {
        var random = new byte[bytes];
        new Random(seed).nextBytes(random);
        for (int i = 0; i < bytes; i++) {
            random[i] = random[i] == '\n' || random[i] == '\r' ? 0 : random[i]; // one line, that never ends
        }
        return random;
    }

    @Test
    void twoSessionsAtOnceDoNotMix() throws Exception {
        Ends first = session();
        Ends second = session();
        CompletableFuture<byte[]> other = inBackground(() -> {
            passesBothWays(second, 22);
            return new byte[0];
        });
        passesBothWays(first, 11);
        other.get(30, TimeUnit.SECONDS);
        awaitShown("(1) closed: 1048576 octets to the server, 1048576 to the client");
        awaitShown("(2) closed: 1048576 octets to the server, 1048576 to the client");
    }

    /** What the proxy does not hold, the sender keeps; and the way back is free meanwhile. */
    @Test
    void aReaderThatDoesNotReadStopsTheOtherSideAndNothingElse() throws Exception {
        Ends ends = session();
        int all = 64 * MEBI;
        var taken = new AtomicLong();
        byte[] piece = random(64 * 1024, 7);
        CompletableFuture<byte[]> said = inBackground(() -> {
            for (int sent = 0; sent < all; sent += piece.length) {
                ends.client().getOutputStream().write(piece);
                taken.addAndGet(piece.length);
            }
            ends.client().shutdownOutput();
            return piece;
        });
        awaitStandstill(taken);
        assertThat(taken.get()).isLessThan(32L * MEBI); // which the system's buffers hold, not we
        assertThat(said).isNotDone();

        byte[] back = random(MEBI, 8);
        CompletableFuture<byte[]> answered = inBackground(() -> writeAndEnd(ends.server(), back));
        assertThat(readAll(ends.client())).isEqualTo(back);
        answered.get(30, TimeUnit.SECONDS);

        for (int heard = 0; heard < all; heard += piece.length) {
            byte[] next = ends.server().getInputStream().readNBytes(piece.length);
            assertThat(Arrays.equals(next, piece)).isTrue();
        }
        assertThat(ends.server().getInputStream().read()).isNegative();
        said.get(30, TimeUnit.SECONDS);
    }

    /** A terminal that is held does not stop the loop, and does not fill the memory either. */
    @Test
    void whatCannotBeShownIsNotRead() throws Exception {
        var held = new CompletableFuture<Void>();
        open.add(() -> held.complete(null));
        var terminal = new OutputStream() {
            @Override
            public void write(int b) {
                held.join();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                held.join();
            }
        };
        proxy = proxyFor("127.0.0.1", target.getLocalPort(), terminal);
        Ends ends = session();
        byte[] lines = "\n".repeat(3 * MEBI).getBytes(UTF_8); // each is more to show than to send
        var heard = new AtomicLong();
        CompletableFuture<byte[]> said = inBackground(() -> writeAndEnd(ends.client(), lines));
        CompletableFuture<byte[]> read = inBackground(() -> {
            var some = new byte[64 * 1024];
            for (int bytes = 0;
                    bytes >= 0;
                    bytes = ends.server().getInputStream().read(some)) {
                heard.addAndGet(bytes);
            }
            return some;
        });
        awaitStandstill(heard);
        assertThat(heard.get()).isLessThan(MEBI);
        session(); // the loop is not held
        held.complete(null);
        said.get(30, TimeUnit.SECONDS);
        read.get(30, TimeUnit.SECONDS);
        assertThat(heard.get()).isEqualTo(lines.length);
    }

    private static void awaitStandstill(AtomicLong count) {
        var last = new AtomicLong();
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> last.getAndSet(count.get()) == count.get() && count.get() > 0);
    }
}
