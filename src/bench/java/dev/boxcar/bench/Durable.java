// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.blast.Blast;
import dev.boxcar.smtp.client.blast.BlastPlan;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Measures the cost of durability: messages per second under {@code sync = group}, compared with Postfix's durable
 * queue, with one file per message, and with a bare loop that writes and forces the same batches. Servers and client
 * may use all cores, because the hand-over between threads is part of the cost.
 *
 * <p>Options: {@code --seconds N} per row (3), {@code --connections N,…} (1,10,50,500), {@code --bytes N,…}
 * (4096,65536).
 */
final class Durable {
    private static final Path WORK = Path.of("target", "bench").toAbsolutePath();
    private static final int LARGE = 10 * 1024 * 1024;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** The result of a row. Forces and messages are counted by the spool, and zero without one. */
    private record Run(Blast.Result result, Histogram waits, long forces, long messages) {
        double forcesPerMessage() {
            return messages == 0 ? 0 : (double) forces / messages;
        }
    }

    private final Duration time;

    private Durable(Duration time) {
        this.time = time;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = 3;
        String connections = "1,10,50,500";
        String bytes = "4096,65536";
        for (int i = 0; i < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--seconds" -> seconds = Integer.parseInt(arguments[i + 1]);
                case "--connections" -> connections = arguments[i + 1];
                case "--octets" -> bytes = arguments[i + 1];
                default -> throw new IllegalArgumentException(arguments[i]);
            }
        }
        Files.createDirectories(WORK);
        var durable = new Durable(Duration.ofSeconds(seconds));
        Peer boxcar = Peer.inJava("durable");
        Peer postfix = PostfixPeer.make(WORK.resolve("postfix"));
        System.out.println(
                "| row | Boxcar, messages/s | forces per message | p50, p99, p99.9 of the final dot, ms | Postfix | x Postfix |"
                        + " one file per message | the disk with the same batches | share of it |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (String size : bytes.split(",")) {
            try (ServerProcess server = ServerProcess.startAnywhere(boxcar, "127.0.0.1");
                    ServerProcess other =
                            postfix.absent().isEmpty() ? ServerProcess.startAnywhere(postfix, "127.0.0.1") : null) {
                var warm = row(PipeliningMode.PIPELINED, 20, Integer.parseInt(size));
                warm.run(server.address(), Duration.ZERO, Duration.ofSeconds(15));
                for (String number : connections.split(",")) {
                    for (PipeliningMode mode :
                            List.of(PipeliningMode.LOCKSTEP, PipeliningMode.PIPELINED, PipeliningMode.TRAIN)) {
                        durable.row(server, other, mode, Integer.parseInt(number), Integer.parseInt(size));
                    }
                }
            }
        }
        durable.large(boxcar);
    }

    private void row(ServerProcess boxcar, ServerProcess postfix, PipeliningMode mode, int connections, int bytes)
            throws IOException, InterruptedException {
        Row row = row(mode, connections, bytes);
        Run ours = run(row, boxcar, true);
        double theirs = postfix == null ? 0 : run(row, postfix, false).result().rate();
        double files = filePerMessage(bytes);
        int batch = Math.max(1, (int) Math.round(1 / Math.max(1e-4, ours.forcesPerMessage())));
        double disk = batch * forces((long) batch * bytes);
        Histogram waits = ours.waits();
        System.out.println(Figures.row(List.of(
                String.format(
                        "%s, %d, %d KiB",
                        mode.toString().toLowerCase(java.util.Locale.ROOT), connections, bytes / 1024),
                Figures.text(ours.result().rate())
                        + (ours.result().errors() == 0
                                ? ""
                                : ", errors: " + ours.result().firstError()),
                String.format("%.3f", ours.forcesPerMessage()),
                String.format(
                        "%.1f, %.1f, %.1f",
                        waits.getValueAtPercentile(50) / 1e6,
                        waits.getValueAtPercentile(99) / 1e6,
                        waits.getValueAtPercentile(99.9) / 1e6),
                theirs == 0 ? "" : Figures.text(theirs),
                theirs == 0 ? "" : Figures.text(ours.result().rate() / theirs),
                Figures.text(files),
                Figures.text(disk),
                String.format("%.2f", ours.result().rate() / disk))));
    }

    private Run run(Row row, ServerProcess server, boolean counts) throws IOException, InterruptedException {
        row.run(server.address(), Duration.ZERO, Duration.ofMillis(700));
        var waits = new Histogram(LONGEST_NANOS, 3);
        long[] before = counts ? statistics() : new long[2];
        Blast.Result result = row.run(
                server.address(),
                Duration.ZERO,
                time,
                () -> nanos -> waits.recordValue(Math.min(nanos, LONGEST_NANOS)));
        long[] after = counts ? statistics() : new long[2];
        return new Run(result, waits, after[0] - before[0], after[1] - before[1]);
    }

    private static long[] statistics() throws IOException {
        int port = Integer.parseInt(Files.readString(Peers.STATISTICS));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                InputStream in = socket.getInputStream()) {
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return Arrays.stream(answer.split(" ")).mapToLong(Long::parseLong).toArray();
        }
    }

    /** The rate of the simplest durable store: one file per message, with a force of the file and its directory. */
    private static double filePerMessage(int bytes) throws IOException {
        Path directory = Files.createTempDirectory(WORK, "files");
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        int count = 0;
        try (FileChannel names = FileChannel.open(directory)) {
            for (; System.nanoTime() < until; count++) {
                try (FileChannel file = FileChannel.open(
                        directory.resolve(Integer.toString(count)),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
                    file.write(ByteBuffer.allocate(bytes));
                    file.force(false);
                }
                names.force(true);
            }
        }
        return count;
    }

    /** How many times per second a bare loop can append and force this many bytes. */
    private static double forces(long bytes) throws IOException {
        Path path = Files.createTempFile(WORK, "forces", null);
        ByteBuffer all = ByteBuffer.allocateDirect((int) Math.min(bytes, 32L * 1024 * 1024));
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        int count = 0;
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (; System.nanoTime() < until; count++) {
                file.write(all.clear());
                file.force(false);
            }
        }
        Files.delete(path);
        return count;
    }

    /** Messages of 10 MiB in MB/s, compared with dd, which also forces every 10 MiB. */
    private void large(Peer boxcar) throws IOException, InterruptedException {
        var rates = new ArrayList<Double>();
        var copies = new ArrayList<Double>();
        try (ServerProcess server = ServerProcess.startAnywhere(boxcar, "127.0.0.1")) {
            Row row = row(PipeliningMode.PIPELINED, 4, LARGE);
            row.run(server.address(), Duration.ZERO, Duration.ofSeconds(4));
            for (int round = 0; round < 3; round++) {
                rates.add(row.run(server.address(), Duration.ZERO, time).rate() * LARGE / 1e6);
                copies.add(dd());
            }
        }
        System.out.printf(
                "%n10 MiB per message, 4 connections: %s MB/s; dd with oflag=dsync %s MB/s; ratio %.2f (medians of 3)%n",
                Figures.text(Figures.median(rates)),
                Figures.text(Figures.median(copies)),
                Figures.median(rates) / Figures.median(copies));
    }

    private static double dd() throws IOException, InterruptedException {
        Path target = WORK.resolve("dd.out");
        long began = System.nanoTime();
        int copies = 50;
        Process dd = new ProcessBuilder(
                        "dd", "if=/dev/zero", "of=" + target, "bs=" + LARGE, "count=" + copies, "oflag=dsync")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        dd.waitFor();
        double seconds = (System.nanoTime() - began) / 1e9;
        Files.deleteIfExists(target);
        return copies * (double) LARGE / 1e6 / seconds;
    }

    private static Row row(PipeliningMode mode, int connections, int bytes) {
        return Row.of(
                BlastPlan.DEFAULTS.withMode(mode).withConnections(connections).withBytes(bytes));
    }
}
