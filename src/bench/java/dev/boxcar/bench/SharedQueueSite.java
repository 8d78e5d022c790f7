// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.cli.Main;
import dev.boxcar.relay.artemis.BrokerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Brokers, a front end and workers in processes of their own on this machine. Confined to one thread. */
final class SharedQueueSite implements AutoCloseable {
    /** How the queue is kept. */
    enum Kind {
        LOCAL("its own spool"),
        BROKER("one broker"),
        SHARED_STORE("a pair with a shared store"),
        REPLICATED("a replicated pair");

        final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    /** CPU time so far, in seconds, by part. */
    record Cpu(double front, double workers, double brokers) {
        Cpu since(Cpu before) {
            return new Cpu(front - before.front, workers - before.workers, brokers - before.brokers);
        }

        /** Microseconds for each of so many messages. */
        String perMessage(double messages) {
            return String.format(
                    "%.0f, %.0f, %.0f", front * 1e6 / messages, workers * 1e6 / messages, brokers * 1e6 / messages);
        }
    }

    private static final List<String> JAVA_OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx512m");
    private static final long START_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Path directory = Files.createTempDirectory("bench-scale");
    private final Path configuration = directory.resolve("relay.conf");
    private final List<BrokerProcess> brokers = new ArrayList<>();
    private final List<Process> workers = new ArrayList<>();
    private final String addresses;
    private Process front;
    private int port;

    /** Starts the brokers, and writes the configuration of the relays. */
    SharedQueueSite(Kind kind, String relayConfiguration) throws IOException {
        Files.writeString(configuration, relayConfiguration);
        Files.writeString(directory.resolve("login"), "relay:secret\n");
        int one = BrokerProcess.freePort();
        int other = BrokerProcess.freePort();
        Path store = directory.resolve("one");
        switch (kind) {
            case LOCAL -> {}
            case BROKER -> brokers.add(BrokerProcess.alone(store, one));
            case SHARED_STORE -> {
                brokers.add(BrokerProcess.primary(store, one, other));
                brokers.add(BrokerProcess.backup(store, other, one));
            }
            case REPLICATED -> {
                brokers.add(BrokerProcess.replicating(store, one, other));
                brokers.add(BrokerProcess.replica(directory.resolve("other"), other, one));
            }
        }
        this.addresses =
                brokers.size() == 2 ? "tcp://127.0.0.1:" + one + ",tcp://127.0.0.1:" + other : "tcp://127.0.0.1:" + one;
    }

    /** Starts the front end; with a local queue, it delivers, too. */
    void startFront() throws IOException, InterruptedException {
        front = relay(brokers.isEmpty() ? "both" : "front", "front", "--smtp=127.0.0.1:0");
        BufferedReader out = front.inputReader(UTF_8);
        String line = String.valueOf(out.readLine());
        port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        if (!brokers.isEmpty()) {
            awaitLog("front", "queue=send connected");
        }
    }

    private void awaitLog(String spool, String text) throws IOException, InterruptedException {
        long until = System.nanoTime() + START_NANOS;
        while (!Files.readString(directory.resolve(spool + ".log")).contains(text)) {
            if (System.nanoTime() > until) {
                throw new IOException("no '" + text + "' in the log of " + spool);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Starts a worker, which may open so many connections to each destination as long as it is alone. */
    void startWorker(int connections) throws IOException, InterruptedException {
        String spool = "worker" + workers.size();
        workers.add(relay("worker", spool, "--destination-connections=" + connections));
        awaitLog(spool, "queue=receive connected");
    }

    /** Ends all workers. */
    void stopWorkers() throws InterruptedException {
        for (Process worker : workers) {
            worker.destroy();
            worker.waitFor();
        }
        workers.clear();
    }

    private Process relay(String role, String spool, String more) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "relay"));
        command.addAll(List.of("--config", configuration.toString(), "--spool=" + directory.resolve(spool), more));
        command.addAll(List.of("--http=off", "--max-connections-per-address=0", "--sync=group"));
        if (!brokers.isEmpty()) {
            command.addAll(List.of("--queue=artemis:" + addresses, "--role=" + role));
            command.add("--queue-auth-file=" + directory.resolve("login"));
        }
        return new ProcessBuilder(command)
                .redirectError(directory.resolve(spool + ".log").toFile())
                .start();
    }

    /** The port of the front end. */
    int port() {
        return port;
    }

    /** The address of the live broker. */
    String broker() {
        return addresses.split(",")[0];
    }

    Cpu cpu() {
        return new Cpu(
                cpu(front.toHandle()),
                workers.stream().mapToDouble(one -> cpu(one.toHandle())).sum(),
                brokers.stream()
                        .mapToDouble(one -> cpu(ProcessHandle.of(one.pid()).orElseThrow()))
                        .sum());
    }

    private static double cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    /** The bytes that all processes have given to the disk so far. */
    long writtenBytes() throws IOException {
        long written = written(front.pid());
        for (Process worker : workers) {
            written += written(worker.pid());
        }
        for (BrokerProcess broker : brokers) {
            written += written(broker.pid());
        }
        return written;
    }

    private static long written(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/io")).stream()
                .filter(line -> line.startsWith("write_bytes:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stopWorkers();
        if (front != null) {
            front.destroy();
            front.waitFor(10, TimeUnit.SECONDS);
        }
        for (BrokerProcess broker : brokers) {
            broker.close();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
