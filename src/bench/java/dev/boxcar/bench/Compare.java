// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.smtp.client.blast.Blast;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures Boxcar and its peers in turn on this machine (A B C A B C), each server on one core and the client on
 * another: messages per second and the server's CPU time per message, as Markdown tables of ratios.
 *
 * <p>Options: {@code --seconds N} per row (2), {@code --warmup N} seconds per mode after each start of a server (4),
 * {@code --rounds N} (2), {@code --rows NAME,…}, {@code --peers NAME,…}, {@code --short} (1 s, 2 s, one round, five
 * rows), {@code --quickack} (repeats everything with immediate TCP acknowledgements), {@code --no-extras},
 * {@code --node-modules DIR} (target/bench/node_modules).
 */
final class Compare {
    private static final List<String> SHORT = List.of("lockstep-20", "pipelined-20", "train-20", "bdat-20", "rcpts");

    private record Run(double perSecond, double cpuMicros, long errors, String firstError) {}

    private final Map<String, String> options;
    private final List<Peer> peers;
    private final List<Row> rows;
    /** The runs, by row and peer. */
    private final Map<String, Map<String, List<Run>>> runs = new LinkedHashMap<>();

    private Compare(Map<String, String> options) throws IOException {
        this.options = options;
        List<Peer> all = Peer.all(Path.of(options.getOrDefault("node-modules", "target/bench/node_modules")));
        all.stream()
                .filter(peer -> !peer.absent().isEmpty())
                .forEach(peer -> System.out.println("skipped: " + peer.name() + ", " + peer.absent()));
        this.peers = new ArrayList<>(all.stream()
                .filter(peer -> peer.absent().isEmpty() && chosen("peers", peer.name(), List.of()))
                .toList());
        this.rows = Row.all().stream()
                .filter(row -> chosen("rows", row.name(), isShort() ? SHORT : List.of()))
                .toList();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options = new LinkedHashMap<String, String>();
        for (int i = 0; i < arguments.length; i++) {
            boolean flag = List.of("--short", "--quickack", "--no-extras").contains(arguments[i]);
            options.put(arguments[i].substring(2), flag ? "" : arguments[++i]);
        }
        ServerProcess.pinClient();
        var compare = new Compare(options);
        compare.measure("127.0.0.1");
        compare.tables("TCP acknowledgements as the system sends them");
        if (options.containsKey("quickack")) {
            compare.runs.clear();
            try (var route = QuickAck.begin()) {
                compare.measure(QuickAck.HOST);
            }
            compare.tables("immediate TCP acknowledgements");
        }
        if (!options.containsKey("no-extras") && !compare.isShort()) {
            new Extras(compare.peers).run();
        }
    }

    private boolean isShort() {
        return options.containsKey("short");
    }

    private boolean chosen(String option, String name, List<String> otherwise) {
        String given = options.get(option);
        List<String> names = given == null ? otherwise : Arrays.asList(given.split(","));
        return names.isEmpty() || names.contains(name);
    }

    private int number(String option, int otherwise) {
        return Integer.parseInt(options.getOrDefault(option, Integer.toString(otherwise)));
    }

    private void measure(String host) throws IOException, InterruptedException {
        var warmup = Duration.ofSeconds(number("warmup", isShort() ? 2 : 4));
        var time = Duration.ofSeconds(number("seconds", isShort() ? 1 : 2));
        for (int round = 0; round < number("rounds", isShort() ? 1 : 2); round++) {
            for (Peer peer : List.copyOf(peers)) {
                System.err.println("round " + (round + 1) + ": " + peer.name());
                try (ServerProcess server = ServerProcess.start(peer, host)) {
                    measure(peer, server, warmup, time);
                } catch (IOException e) {
                    System.out.println("skipped: " + peer.name() + ", " + e.getMessage());
                    peers.remove(peer);
                }
            }
        }
    }

    private void measure(Peer peer, ServerProcess server, Duration warmup, Duration time)
            throws IOException, InterruptedException {
        List<Row> measured =
                rows.stream().filter(row -> row.inTls() == peer.tls()).toList();
        if (measured.isEmpty()) {
            return;
        }
        for (Row row : measured) { // lets a server in Java compile the code of each mode first, with the busiest rows
            if (row.connections() == 20 && row.bytes() <= 1024) {
                row.run(server.address(), Duration.ZERO, warmup);
            }
        }
        for (Row row : measured) {
            row.run(server.address(), Duration.ZERO, Duration.ofSeconds(1)); // warms up what only this row uses
            double cpu = server.cpuSeconds();
            Blast.Result result = row.run(server.address(), Duration.ZERO, time);
            if (result.firstError().contains("does not offer")) {
                continue; // not supported, which is not an error
            }
            double micros = result.messages() == 0 ? 0 : (server.cpuSeconds() - cpu) / result.messages() * 1e6;
            runs.computeIfAbsent(row.title(), title -> new LinkedHashMap<>())
                    .computeIfAbsent(peer.name(), name -> new ArrayList<>())
                    .add(new Run(result.rate(), micros, result.errors(), result.firstError()));
        }
        String neutral = "lock-step, smtp-source, 20 connections";
        if (rows.stream().anyMatch(row -> row.name().equals("lockstep-20")) && !peer.tls() && SmtpSource.isThere()) {
            double cpu = server.cpuSeconds();
            SmtpSource.Run run = SmtpSource.run(server.address(), 20, time);
            runs.computeIfAbsent(neutral, title -> new LinkedHashMap<>())
                    .computeIfAbsent(peer.name(), name -> new ArrayList<>())
                    .add(new Run(
                            run.perSecond(),
                            (server.cpuSeconds() - cpu) / run.messages() * 1e6,
                            run.failed() ? 1 : 0,
                            "smtp-source failed"));
        }
    }

    private void tables(String how) {
        System.out.println();
        System.out.println(
                "Median of the rounds, " + how
                        + "; the spread is (maximum - minimum) / median. \"x smtp-sink\" and \"x canned\" are ratios of messages per second.");
        runs.forEach((title, byPeer) -> {
            System.out.println();
            System.out.println("**" + title + "**");
            System.out.println();
            System.out.println("| server | messages/s | spread | x smtp-sink | x canned | CPU µs per message | |");
            System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
            byPeer.forEach((peer, all) -> System.out.println(line(peer, all, byPeer)));
        });
    }

    private static String line(String peer, List<Run> all, Map<String, List<Run>> byPeer) {
        double rate = rate(all);
        long errors = all.stream().mapToLong(Run::errors).sum();
        String first = all.stream()
                .map(Run::firstError)
                .filter(e -> !e.isEmpty())
                .findFirst()
                .orElse("");
        return Figures.row(List.of(
                peer,
                Figures.text(rate),
                String.format(
                        "%.0f %%",
                        100 * Figures.spread(all.stream().map(Run::perSecond).toList())),
                ratio(rate, byPeer.get("smtp-sink")),
                ratio(rate, byPeer.get("canned")),
                Figures.text(Figures.median(all.stream().map(Run::cpuMicros).toList())),
                errors == 0 ? "" : errors + " errors: " + first));
    }

    private static double rate(List<Run> all) {
        return Figures.median(all.stream().map(Run::perSecond).toList());
    }

    private static String ratio(double rate, List<Run> other) {
        return other == null || rate(other) == 0 ? "" : String.format("%.2f", rate / rate(other));
    }
}
