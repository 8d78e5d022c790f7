// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many channels on one loop: each is served, and silent channels cost nothing. */
@Timeout(120)
class CrowdTest {
    private static final int CHANNELS = 1000;
    private static final Duration SILENCE = Duration.ofMillis(500);

    @Test
    void aThousandChannelsAreServedAndCostNoTurnWhileSilent() throws IOException {
        assumeTrue(descriptorsLeft() > 2 * CHANNELS + 100, "ulimit -n is too low for both ends of the channels");
        try (EventLoop loop = EventLoop.open("crowd")) {
            var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var listener = new Listener(loop, here, Shout::new);
            var peers = new ArrayList<SocketChannel>();
            for (int i = 0; i < CHANNELS; i++) {
                peers.add(SocketChannel.open(listener.localAddress()));
                loop.poll(Duration.ZERO);
            }
            for (int i = 0; i < CHANNELS; i++) {
                peers.get(i).write(ByteBuffer.wrap(("line " + i + "\r\n").getBytes(US_ASCII)));
            }
            turnUntil(loop, peers);
            assertThat(loop.size()).isEqualTo(CHANNELS + 1);
            assertThat(turnsWhile(loop, SILENCE))
                    .isLessThan(5); // one, unless the system wakes the loop without a reason
            for (SocketChannel peer : peers) {
                peer.close();
            }
            while (loop.size() > 1) {
                loop.poll(Duration.ofSeconds(1));
            }
        }
    }

    /** Polls the loop until each peer has its answer. */
    private static void turnUntil(EventLoop loop, List<SocketChannel> peers) throws IOException {
        var answer = ByteBuffer.allocate(100);
        for (int i = 0; i < peers.size(); i++) {
            String wanted = "LINE " + i + "\r\n";
            SocketChannel peer = peers.get(i);
            peer.configureBlocking(false);
            for (answer.clear(); answer.position() < wanted.length(); peer.read(answer)) {
                loop.poll(Duration.ZERO);
            }
            assertThat(new String(answer.array(), 0, answer.position(), US_ASCII))
                    .isEqualTo(wanted);
        }
    }

    private static int turnsWhile(EventLoop loop, Duration time) {
        int turns = 0;
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            loop.poll(Duration.ofNanos(left));
            turns++;
        }
        return turns;
    }

    private static long descriptorsLeft() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
