// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Measures many large messages at once under {@code sync = group}: their memory and rate, and how long small messages
 * wait beside them.
 */
final class LargeBodies {
    private static final int MIB = 1024 * 1024;
    private static final byte[] LINES = ("x".repeat(76) + "\r\n").repeat(800).getBytes(US_ASCII);

    private LargeBodies() {}

    /** Arguments: the number of large messages (100), and their size in MiB (50). Run it with -Xmx256m. */
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        int mebibytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50;
        Path directory = Files.createTempDirectory(Path.of("target"), "bench-large");
        var options = SpoolOptions.DEFAULTS.withSync(Sync.GROUP);
        ExecutorService clients = Executors.newCachedThreadPool();
        try (SegmentSpool spool = SegmentSpool.open(directory, options, Throwable::printStackTrace)) {
            var limits = Limits.DEFAULTS.withMessageBytes((mebibytes + 1L) * MIB);
            SmtpServer server = SmtpServer.start(
                    new SmtpServer.Options("bench.example", 2, limits), Ports.of(new SpoolSink(spool)));
            InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
            long[] alone = small(address, new AtomicBoolean(true), Duration.ofSeconds(5));
            var going = new AtomicBoolean(true);
            Future<long[]> beside = clients.submit(() -> small(address, going, Duration.ofHours(1)));
            long began = System.nanoTime();
            var sending = new ArrayList<Future<String>>();
            for (int i = 0; i < messages; i++) {
                Callable<String> client = () -> large(address, mebibytes);
                sending.add(clients.submit(client));
            }
            Future<long[]> peaks = clients.submit(() -> peaks(spool, going));
            int stored = 0;
            for (Future<String> one : sending) {
                stored += one.get().startsWith("250") ? 1 : 0;
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            going.set(false);
            System.out.printf(
                    "stored %d of %d messages of %d MiB, %.0f MB/s%n",
                    stored, messages, mebibytes, (double) stored * mebibytes * MIB / 1e6 / seconds);
            System.out.printf(
                    "peak: slabs %d MiB of %d, heap in use %d MiB of %d%n",
                    peaks.get()[0] / MIB,
                    options.slabBytes() / MIB,
                    peaks.get()[1] / MIB,
                    Runtime.getRuntime().maxMemory() / MIB);
            print("4 KiB alone", alone);
            print("4 KiB beside", beside.get());
            server.shutdown(Duration.ofSeconds(1));
        }
        clients.shutdown();
    }

    private static void print(String what, long[] nanos) {
        System.out.printf(
                "%-13s %6d commits, p50 %.2f ms, p99 %.2f ms, worst %.2f ms%n",
                what,
                nanos.length,
                nanos[nanos.length / 2] / 1e6,
                nanos[(int) (nanos.length * 0.99)] / 1e6,
                nanos[nanos.length - 1] / 1e6);
    }

    private static long[] peaks(SegmentSpool spool, AtomicBoolean going) throws InterruptedException {
        var peaks = new long[2];
        Runtime runtime = Runtime.getRuntime();
        while (going.get()) {
            peaks[0] = Math.max(peaks[0], spool.statistics().slabBytes());
            peaks[1] = Math.max(peaks[1], runtime.totalMemory() - runtime.freeMemory());
            Thread.sleep(5);
        }
        return peaks;
    }

    private static String large(InetSocketAddress address, int mebibytes) throws IOException {
        try (var client = new Client(address)) {
            client.begin();
            for (long sent = 0; sent < (long) mebibytes * MIB; sent += LINES.length) {
                client.out.write(LINES);
            }
            return client.end();
        }
    }

    /** How long the final dot of each 4 KiB message waits for its 250, sorted. */
    private static long[] small(InetSocketAddress address, AtomicBoolean going, Duration time) throws IOException {
        byte[] body = Arrays.copyOf(LINES, 52 * 78);
        List<Long> waits = new ArrayList<>();
        long until = System.nanoTime() + time.toNanos();
        try (var client = new Client(address)) {
            while (going.get() && System.nanoTime() < until) {
                client.begin();
                client.out.write(body);
                long began = System.nanoTime();
                String reply = client.end();
                if (!reply.startsWith("250")) {
                    throw new IOException("refused: " + reply);
                }
                waits.add(System.nanoTime() - began);
            }
        }
        return waits.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** A client that waits for each reply. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        final OutputStream out;

        Client(InetSocketAddress address) throws IOException {
            socket = new Socket(InetAddress.getByName("127.0.0.1"), address.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            out = socket.getOutputStream();
            in.readLine();
            say("HELO bench.example");
        }

        void begin() throws IOException {
            say("MAIL FROM:<a@bench.example>");
            say("RCPT TO:<b@bench.example>");
            say("DATA");
        }

        String end() throws IOException {
            return say(".");
        }

        private String say(String line) throws IOException {
            out.write((line + "\r\n").getBytes(US_ASCII));
            String reply = in.readLine();
            if (reply == null || reply.charAt(0) > '3') {
                throw new IOException(line + ": " + reply);
            }
            return reply;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
