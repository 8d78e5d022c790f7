// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;

/** Sends messages over some connections at once, from one thread, for some time. */
final class Load {
    /** What came of it. */
    record Result(long messages, double seconds) {
        double perSecond() {
            return messages / seconds;
        }
    }

    private Load() {}

    /** Sends messages of {@code octets} octets each, over {@code connections} connections; each ends with the message it is at. */
    static Result run(InetSocketAddress server, Mode mode, int connections, Duration time, int octets)
            throws IOException {
        byte[] message = message(octets);
        var clients = new ArrayList<BenchClient>();
        try (EventLoop loop = EventLoop.open("bench")) {
            long began = System.nanoTime();
            long end = began + time.toNanos();
            for (int i = 0; i < connections; i++) {
                var client = new BenchClient(loop, mode, message, () -> System.nanoTime() < end);
                client.begin(server);
                clients.add(client);
            }
            loop.run();
            double seconds = (System.nanoTime() - began) / 1e9;
            if (!clients.stream().allMatch(BenchClient::isDone)) {
                throw new IOException("a connection did not finish");
            }
            return new Result(clients.stream().mapToLong(BenchClient::messages).sum(), seconds);
        }
    }

    /** A message of so many octets with its final dot, in lines of 78 octets. */
    private static byte[] message(int octets) {
        var text = new StringBuilder("From: author@bench.example\r\nSubject: bench\r\n\r\n");
        while (text.length() < octets) {
            text.append("x".repeat(Math.max(0, Math.min(76, octets - text.length() - 2))))
                    .append("\r\n");
        }
        return text.append(".\r\n").toString().getBytes(US_ASCII);
    }
}
