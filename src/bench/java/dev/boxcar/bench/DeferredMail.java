// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.cli.Main;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures a relay that starts with many deferred messages: when it listens, when its queue is loaded, how long mail
 * takes that it accepts in the meantime, and its memory beside that of an empty relay.
 *
 * <p>Arguments: the number of messages (100000), and the attempts that were made of each (1). {@code -Doptions="..."}
 * sets the options of Java, {@code -Dlauncher=FILE} measures the launcher with its own, {@code -Drows=N} lists the
 * classes that take the most heap.
 */
final class DeferredMail {
    private static final String OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms24m -Xshare:auto";
    private static final int MOST_WAITING = 1_000;
    private static final double MIB = 1024 * 1024;
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private DeferredMail() {}

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int attempts = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        Path directory = Files.createTempDirectory("bench-deferred");
        fill(directory.resolve("full"), messages, attempts);
        fill(directory.resolve("empty"), 0, attempts);
        Figures empty = run(directory.resolve("empty"), 0);
        Figures full = run(directory.resolve("full"), messages);
        System.out.printf("empty:           %s%n%d deferred: %s%n", empty, messages, full);
        System.out.printf(
                "more resident memory: %.1f MiB, more live heap: %.1f MiB%n",
                (full.kibibytes - empty.kibibytes) / 1024.0, (full.heapBytes - empty.heapBytes) / MIB);
        deleteAll(directory);
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What was measured of one relay. */
    private record Figures(
            long listensMillis,
            long loadedMillis,
            long cpuMillis,
            long slowestMillis,
            int accepted,
            long kibibytes,
            long heapBytes) {
        @Override
        public String toString() {
            return String.format(
                    "listens after %d ms, queue loaded after %d ms (%d ms of CPU), %d messages accepted until then, the slowest in %d ms,"
                            + " resident memory %.1f MiB, live heap %.1f MiB",
                    listensMillis,
                    loadedMillis,
                    cpuMillis,
                    accepted,
                    slowestMillis,
                    kibibytes / 1024.0,
                    heapBytes / MIB);
        }
    }

    private static void fill(Path directory, int messages, int attempts) throws Exception {
        byte[] text =
                "Session: s1\nClient: 127.0.0.1:4711\nHelo: c.example\nProtocol: ESMTP\nFrom: <a@bench.example>\nTo: <b@bench.example>\n"
                        .getBytes(US_ASCII);
        byte[] message = ("Subject: bench\r\n\r\n" + "x".repeat(1000) + "\r\n").getBytes(US_ASCII);
        Instant later = Instant.now().plus(Duration.ofHours(1));
        DeliveryState state = DeliveryState.untried(1, later)
                .withPending(List.of(new RecipientState(0, "4.2.1", "450 4.2.1 the mailbox is busy, try again later")));
        for (int i = 0; i < attempts; i++) {
            state = state.afterAttempt(
                    later, Instant.now() + " mx.bench.example:25 450 4.2.1 the mailbox is busy, try again later");
        }
        SpoolOptions options = SpoolOptions.DEFAULTS.withSync(Sync.NONE);
        try (SegmentSpool spool = SegmentSpool.open(directory, options, Throwable::printStackTrace)) {
            var room = new Semaphore(MOST_WAITING);
            for (int i = 0; i < messages; i++) {
                room.acquire(2);
                Ulid id = spool.newId();
                IncomingBody body = spool.newBody(id);
                body.write(message, 0, message.length);
                spool.append(id, Envelope.of(text, text.length), body, Runnable::run, outcome -> room.release());
                spool.putState(id, SpoolRelayQueue.NAMESPACE, state.text(), Runnable::run, outcome -> room.release());
            }
            room.acquire(MOST_WAITING);
        }
    }

    private static Figures run(Path spool, int messages) throws IOException, InterruptedException {
        Path log = spool.resolveSibling(spool.getFileName() + ".log");
        long began = System.nanoTime();
        Process relay =
                new ProcessBuilder(command(spool)).redirectError(log.toFile()).start();
        try (BufferedReader out = relay.inputReader(UTF_8)) {
            String line = out.readLine();
            long listens = millisSince(began);
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            long slowest = 0;
            int accepted = 0;
            while (!Files.readString(log).contains("queue loaded")) {
                long start = System.nanoTime();
                send(port);
                slowest = Math.max(slowest, millisSince(start));
                accepted++;
            }
            long loaded = millisSince(began);
            long cpu = relay.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
            TimeUnit.NANOSECONDS.sleep(SETTLED.toNanos());
            long memory = Files.readAllLines(Path.of("/proc/" + relay.pid() + "/status")).stream()
                    .filter(each -> each.startsWith("VmRSS:"))
                    .mapToLong(each -> Long.parseLong(each.replaceAll("[^0-9]", "")))
                    .sum();
            long heap = liveHeap(relay.pid());
            return new Figures(listens, loaded, cpu, slowest, accepted, memory, heap);
        } finally {
            relay.destroy();
            relay.waitFor();
        }
    }

    private static List<String> command(Path spool) {
        var command = new ArrayList<String>();
        String launcher = System.getProperty("launcher", "");
        if (launcher.isEmpty()) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of(System.getProperty("options", OPTIONS).split(" ")));
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        } else {
            command.add(launcher);
        }
        command.addAll(List.of("relay", "--smtp=127.0.0.1:0", "--spool=" + spool, "--smarthost=127.0.0.1:1"));
        command.addAll(List.of("--smarthost-tls=none", "--retry-first=1h"));
        return command;
    }

    /** The bytes of all objects that are in use, after a full collection. */
    private static long liveHeap(long pid) throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .start();
        String total = "";
        try (BufferedReader in = histogram.inputReader(UTF_8)) {
            int rows = Integer.getInteger("rows", 0);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (rows-- > 0) {
                    System.out.println(line);
                }
                total = line.startsWith("Total") ? line : total;
            }
        }
        histogram.waitFor();
        return Long.parseLong(total.strip().split("\\s+")[2]);
    }

    private static void send(int port) throws IOException {
        try (var socket = new Socket("127.0.0.1", port);
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
            socket.getOutputStream()
                    .write(
                            ("EHLO bench.example\r\nMAIL FROM:<a@bench.example>\r\nRCPT TO:<b@bench.example>\r\nDATA\r\n")
                                    .getBytes(US_ASCII));
            String line = in.readLine();
            while (line != null && !line.startsWith("354")) {
                line = in.readLine();
            }
            socket.getOutputStream().write("Subject: new\r\n\r\ntext\r\n.\r\n".getBytes(US_ASCII));
            line = in.readLine();
            if (line == null || !line.startsWith("250")) {
                throw new IOException("not accepted: " + line);
            }
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
