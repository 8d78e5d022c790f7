// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.smtp.client.blast.Blast;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures what a lab costs beside a sink: both run at the same time on one core, and the client on another core sends
 * to them in turn, in short slices, so that whatever else uses the machine slows down both alike.
 *
 * <p>Arguments: the names of the two peers (boxcar-inbox and boxcar-lab), each perhaps with {@code =} and another jar,
 * the number of slices (15), the seconds of a slice (1) and of the warm-up (15), and the names of the rows.
 */
final class LabFigures {
    private static final String ROWS = "lockstep-20,pipelined-20,train-20,reconnect";
    private static final Duration QUIET = Duration.ofMillis(100);
    private static final int MAX_QUIET_WAITS = 50;

    /** What one server did: the rate of each slice, and the sum of all. */
    private static final class Total {
        final List<Double> rates = new ArrayList<>();
        long messages;
        double cpuSeconds;
        double loopSeconds;

        double rate() {
            return Figures.median(rates);
        }

        double cpuMicros() {
            return 1e6 * cpuSeconds / messages;
        }

        double loopMicros() {
            return 1e6 * loopSeconds / messages;
        }
    }

    private LabFigures() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ServerProcess.pinClient();
        Peer first = named(argument(arguments, 0, "boxcar-inbox"));
        Peer second = named(argument(arguments, 1, "boxcar-lab"));
        int slices = Integer.parseInt(argument(arguments, 2, "15"));
        var slice = Duration.ofSeconds(Integer.parseInt(argument(arguments, 3, "1")));
        var warmup = Duration.ofSeconds(Integer.parseInt(argument(arguments, 4, "15")));
        List<String> rows = Arrays.asList(argument(arguments, 5, ROWS).split(","));
        System.out.println(Figures.row(List.of(
                "",
                first.name() + ", messages/s",
                second.name(),
                "ratio: median of " + slices + " (least to most)",
                "CPU µs per message: " + first.name(),
                second.name(),
                "of it in the event loop: " + first.name(),
                second.name(),
                "resident MiB: " + first.name(),
                second.name())));
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (Row row : Row.all()) {
            if (rows.contains(row.name())) {
                measure(row, first, second, slices, slice, warmup);
            }
        }
    }

    private static String argument(String[] arguments, int index, String otherwise) {
        return index < arguments.length ? arguments[index] : otherwise;
    }

    /** The peer of this name; {@code NAME=JAR} is the same peer with another jar, such as one of an older version. */
    private static Peer named(String text) throws IOException {
        String[] words = text.split("=", 2);
        Peer peer = Peer.all(Path.of("target/bench/node_modules")).stream()
                .filter(one -> one.name().equals(words[0]))
                .findFirst()
                .orElseThrow();
        if (words.length == 1) {
            return peer;
        }
        List<String> command = peer.command().stream()
                .map(word -> word.equals("target/boxcar.jar") ? words[1] : word)
                .toList();
        return new Peer(peer.name() + ", other jar", "", command, peer.tls());
    }

    private static void measure(Row row, Peer first, Peer second, int slices, Duration slice, Duration warmup)
            throws IOException, InterruptedException {
        var one = new Total();
        var other = new Total();
        var ratios = new ArrayList<Double>();
        try (ServerProcess sink = ServerProcess.start(first, "127.0.0.1");
                ServerProcess lab = ServerProcess.start(second, "127.0.0.1")) {
            for (int i = 0; i < 2; i++) { // with an end of sessions in between, because a lab prints them then
                row.run(sink.address(), Duration.ZERO, warmup.dividedBy(2));
                row.run(lab.address(), Duration.ZERO, warmup.dividedBy(2));
            }
            for (int i = 0; i < slices; i++) {
                double before = run(row, sink, slice, one);
                ratios.add(run(row, lab, slice, other) / before);
            }
            System.out.println(Figures.row(List.of(
                    row.title(),
                    Figures.text(one.rate()),
                    Figures.text(other.rate()),
                    Figures.text(Figures.median(ratios)) + " ("
                            + Figures.text(ratios.stream().min(Double::compare).orElse(0.0)) + " to "
                            + Figures.text(ratios.stream().max(Double::compare).orElse(0.0)) + ")",
                    Figures.text(one.cpuMicros()),
                    Figures.text(other.cpuMicros()),
                    Figures.text(one.loopMicros()),
                    Figures.text(other.loopMicros()),
                    Long.toString(sink.residentKibibytes() / 1024),
                    Long.toString(lab.residentKibibytes() / 1024))));
        }
    }

    /** Sends for the time of a slice. The CPU time includes what the server does afterwards. Returns the rate. */
    private static double run(Row row, ServerProcess server, Duration time, Total total)
            throws IOException, InterruptedException {
        double before = server.cpuSeconds();
        double loopBefore = server.loopSeconds();
        Blast.Result result = row.run(server.address(), Duration.ZERO, time);
        if (result.errors() > 0) {
            throw new IOException(result.errors() + " errors: " + result.firstError());
        }
        waitUntilQuiet(server);
        total.cpuSeconds += server.cpuSeconds() - before;
        total.loopSeconds += server.loopSeconds() - loopBefore;
        total.messages += result.messages();
        double rate = result.rate();
        total.rates.add(rate);
        return rate;
    }

    /** Waits until the server uses no more CPU time, so that its work does not slow down the next slice. */
    private static void waitUntilQuiet(ServerProcess server) throws InterruptedException {
        double before = -1;
        for (int i = 0; i < MAX_QUIET_WAITS && server.cpuSeconds() > before; i++) {
            before = server.cpuSeconds();
            Thread.sleep(QUIET.toMillis());
        }
    }
}
