// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.bench.SharedQueueSite.Cpu;
import dev.boxcar.bench.SharedQueueSite.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Measures relays that share a queue: messages per second, CPU time per message of each part and the time on the way,
 * with one broker and with a pair, beside a relay with its own spool and beside what the broker can do with nothing
 * around it; and what several workers gain at a next server that takes its time.
 *
 * <p>Options: {@code --seconds N} (10), {@code --warmup N} (15), {@code --connections N} (50), {@code --bytes N}
 * (4096), {@code --kinds local,broker,shared_store,replicated}, {@code --rounds N} (1); {@code --workers 1,2,4},
 * {@code --destinations N} (4) and {@code --per-worker N} (2): how many connections a worker has to each.
 * {@code -Dboxcar.artemis=DIRECTORY}, where Artemis's distribution is, for the replicated pair.
 */
final class SharedQueueFigures {
    private static final Duration SLOW = Duration.ofMillis(100);
    private static final int WINDOW = 20;
    private static final int BACKLOG = 2_000;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final StampedLoad.Gate OPEN = acknowledged -> true;

    private int seconds = 10;
    private int warmup = 15;
    private int connections = 50;
    private int bytes = 4096;
    private int rounds = 1;
    private int destinations = 4;
    private int perWorker = 2;
    private List<String> kinds = List.of("local", "broker", "shared_store");
    private List<String> workers = List.of("1", "2", "4");

    private SharedQueueFigures() {}

    public static void main(String[] arguments) throws Exception {
        var figures = new SharedQueueFigures();
        for (int i = 0; i < arguments.length; i += 2) {
            figures.set(arguments[i], arguments[i + 1]);
        }
        System.setProperty("boxcar.broker.options", "-Xmx1g");
        figures.run();
    }

    private void set(String name, String value) {
        switch (name) {
            case "--seconds" -> seconds = Integer.parseInt(value);
            case "--warmup" -> warmup = Integer.parseInt(value);
            case "--connections" -> connections = Integer.parseInt(value);
            case "--bytes" -> bytes = Integer.parseInt(value);
            case "--destinations" -> destinations = Integer.parseInt(value);
            case "--per-worker" -> perWorker = Integer.parseInt(value);
            case "--rounds" -> rounds = Integer.parseInt(value);
            case "--kinds" -> kinds = names(value);
            case "--workers" -> workers = names(value);
            default -> throw new IllegalArgumentException(name);
        }
    }

    private static List<String> names(String value) {
        return value.equals("none") ? List.of() : List.of(value.split(","));
    }

    private void run() throws Exception {
        print("queue", "accepted/s", "delivered/s", "CPU µs per message: front end, worker, broker", "bytes written");
        for (int round = 0; round < rounds; round++) {
            for (String kind : kinds) {
                kind(Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
            }
        }
        if (!workers.isEmpty()) {
            workers();
        }
    }

    private static void print(Object... cells) {
        var texts = new ArrayList<String>();
        for (Object cell : cells) {
            texts.add(cell instanceof Double number ? Figures.text(number) : cell.toString());
        }
        System.out.println(Figures.row(texts));
    }

    // ---- one arrangement

    private void kind(Kind kind) throws Exception {
        try (var end = new ArrivalSink(Duration.ZERO, 1);
                var site = new SharedQueueSite(kind, configuration(end.ports()))) {
            site.startFront();
            if (kind != Kind.LOCAL) {
                site.startWorker(WINDOW);
            }
            sendFor(site, end, connections, warmup, Duration.ZERO);
            rate(kind, site, end);
            end.takeLatencies();
            sendFor(site, end, 1, seconds, PAUSE);
            latency("alone", end.takeLatencies());
            if (kind != Kind.LOCAL) {
                bare(site);
            }
        }
    }

    private void rate(Kind kind, SharedQueueSite site, ArrivalSink end) throws Exception {
        Cpu before = site.cpu();
        long written = site.writtenBytes();
        long began = System.nanoTime();
        long[] sent = sendFor(site, end, connections, seconds, Duration.ZERO);
        Cpu cpu = site.cpu().since(before);
        double messages = sent[0];
        print(
                kind.title,
                messages / (sent[1] / 1e9),
                messages / ((end.lastNanos() - began) / 1e9),
                cpu.perMessage(messages),
                (site.writtenBytes() - written) / messages);
    }

    /**
     * Sends for this time, and waits until all has arrived. Returns the number of messages, and the nanoseconds of
     * sending.
     */
    private long[] sendFor(SharedQueueSite site, ArrivalSink end, int senders, int time, Duration pause)
            throws IOException, InterruptedException {
        long before = end.arrived();
        long began = System.nanoTime();
        var plan = new StampedLoad.Plan(senders, bytes, 1, pause, OPEN);
        try (StampedLoad load = StampedLoad.start(site.port(), plan)) {
            TimeUnit.SECONDS.sleep(time);
            load.end();
            long sending = System.nanoTime() - began;
            if (load.refused() > 0) {
                System.out.println("refused: " + load.refused());
            }
            while (end.arrived() - before < load.acknowledged()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            return new long[] {load.acknowledged(), sending};
        }
    }

    private static void latency(String what, Histogram nanos) {
        print(
                what,
                "p50 " + Figures.text(nanos.getValueAtPercentile(50) / 1e6) + " ms",
                "p99 " + Figures.text(nanos.getValueAtPercentile(99) / 1e6) + " ms",
                nanos.getTotalCount() + " messages",
                "");
    }

    private void bare(SharedQueueSite site) throws Exception {
        new BareBrokerClient(site.broker(), bytes).run(connections, warmup / 3);
        for (int unacknowledged : new int[] {connections, 20 * connections}) {
            Cpu before = site.cpu();
            var client = new BareBrokerClient(site.broker(), bytes);
            double rate = client.run(unacknowledged, seconds);
            double cpu = site.cpu().since(before).brokers() * 1e6 / client.consumed();
            print(
                    "bare client, " + unacknowledged + " unacknowledged",
                    rate,
                    rate,
                    String.format("–, –, %.0f", cpu),
                    "");
        }
    }

    // ---- several workers

    private void workers() throws Exception {
        System.out.println();
        print("workers", "delivered/s", "beside one", "CPU µs per message: front end, workers, broker");
        double alone = 0;
        try (var end = new ArrivalSink(SLOW, destinations);
                var site = new SharedQueueSite(Kind.BROKER, configuration(end.ports()))) {
            site.startFront();
            for (String number : workers) {
                int count = Integer.parseInt(number);
                Delivered delivered = workers(site, end, count);
                alone = alone == 0 ? delivered.rate / count : alone;
                print(count, delivered.rate, delivered.rate / alone, delivered.cpu);
            }
        }
    }

    /** Messages per second, and the CPU time of each. */
    private record Delivered(double rate, String cpu) {}

    private Delivered workers(SharedQueueSite site, ArrivalSink end, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            site.startWorker(perWorker * count); // the workers divide this number
        }
        long arrivedBefore = end.arrived();
        var plan = new StampedLoad.Plan(
                connections,
                bytes,
                destinations,
                Duration.ZERO,
                acknowledged -> acknowledged - (end.arrived() - arrivedBefore) < (long) BACKLOG * count);
        try (StampedLoad load = StampedLoad.start(site.port(), plan)) {
            TimeUnit.SECONDS.sleep(warmup);
            Cpu before = site.cpu();
            long first = end.arrived();
            long began = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double messages = end.arrived() - first;
            double rate = messages / ((System.nanoTime() - began) / 1e9);
            Cpu cpu = site.cpu().since(before);
            load.end();
            while (end.arrived() - arrivedBefore < load.acknowledged()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            site.stopWorkers();
            return new Delivered(rate, cpu.perMessage(messages));
        }
    }

    /** Each domain has a server of its own. */
    private static String configuration(List<Integer> ports) {
        var routes = new StringBuilder("smarthost-tls = none\nroutes = [\n");
        for (int i = 0; i < ports.size(); i++) {
            routes.append("  { to = \"*@d")
                    .append(i)
                    .append(".example\", via = \"[127.0.0.1]:")
                    .append(ports.get(i))
                    .append("\" }\n");
        }
        return routes.append("]\n").toString();
    }
}
