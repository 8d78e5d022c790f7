// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.blast.Blast;
import dev.boxcar.smtp.client.blast.BlastPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how Boxcar scales: messages per second by connections, recipients and size, and memory by messages spooled.
 * Writes a chart of each to docs/img, and prints the figures as tables.
 *
 * <p>Options: {@code --seconds N} per point (3), {@code --messages N} maximum to be spooled (1000000), {@code --curves
 * NAME,…} of connections, recipients, size, memory; {@code --img DIR}.
 */
final class Growth {
    private static final int SMALL = 1024;

    private final Duration time;
    private final Path pictures;
    private final long mostMessages;
    private final List<Peer> peers;

    private Growth(Duration time, Path pictures, long mostMessages) throws IOException {
        this.time = time;
        this.pictures = pictures;
        this.mostMessages = mostMessages;
        this.peers = Peer.all(Path.of("none")).stream()
                .filter(peer ->
                        List.of("boxcar-memory", "boxcar-segments", "canned").contains(peer.name()))
                .toList();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options = new LinkedHashMap<String, String>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i].substring(2), arguments[i + 1]);
        }
        ServerProcess.pinClient();
        var growth = new Growth(
                Duration.ofSeconds(Long.parseLong(options.getOrDefault("seconds", "3"))),
                Files.createDirectories(Path.of(options.getOrDefault("img", "docs/img"))),
                Long.parseLong(options.getOrDefault("messages", "1000000")));
        List<String> curves = List.of(options.getOrDefault("curves", "connections,recipients,size,memory")
                .split(","));
        if (curves.contains("connections")) {
            growth.rates(
                    "connections",
                    "Messages per second, by connections (1 KiB, lock-step)",
                    "connections",
                    new int[] {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000},
                    n -> row(PipeliningMode.LOCKSTEP, n, 1, SMALL),
                    1);
            growth.rates(
                    "connections-train",
                    "Messages per second, by connections (1 KiB, train)",
                    "connections",
                    new int[] {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000},
                    n -> row(PipeliningMode.TRAIN, n, 1, SMALL),
                    1);
        }
        if (curves.contains("recipients")) {
            growth.rates(
                    "recipients",
                    "Recipients per second, by recipients per message (1 KiB, pipelined)",
                    "recipients per message",
                    new int[] {1, 2, 5, 10, 50, 100, 500, 1000, 5000, 10000},
                    n -> row(PipeliningMode.PIPELINED, 20, n, SMALL),
                    0);
        }
        if (curves.contains("size")) {
            growth.rates(
                    "size",
                    "MiB per second, by size of a message (pipelined, 4 connections)",
                    "KiB per message",
                    new int[] {1, 4, 16, 64, 256, 1024, 4096, 10240, 51200},
                    n -> row(PipeliningMode.PIPELINED, 4, 1, n * 1024),
                    1 / 1024.0);
        }
        if (curves.contains("memory")) {
            growth.memory();
        }
    }

    private interface RowOf {
        Row row(int n);
    }

    private static Row row(PipeliningMode mode, int connections, int recipients, int bytes) {
        return Row.of(BlastPlan.DEFAULTS
                .withMode(mode)
                .withConnections(connections)
                .withRecipients(recipients)
                .withBytes(bytes));
    }

    /**
     * Measures at each place. The chart shows messages per second times {@code factor}, and times n too if the place
     * counts.
     */
    private void rates(String name, String title, String xTitle, int[] places, RowOf rowOf, double factor)
            throws IOException, InterruptedException {
        var lines = new LinkedHashMap<String, List<Svg.Point>>();
        for (Peer peer : peers) {
            var points = new ArrayList<Svg.Point>();
            try (ServerProcess server = ServerProcess.start(peer, "127.0.0.1")) {
                rowOf.row(places[Math.min(3, places.length - 1)])
                        .run(server.address(), Duration.ZERO, Duration.ofSeconds(12));
                for (int place : places) {
                    Blast.Result result =
                            rowOf.row(place).run(server.address(), Duration.ofSeconds(place >= 1000 ? 3 : 1), time);
                    double scale = name.startsWith("connections") ? 1 : place * (factor == 0 ? 1 : factor);
                    points.add(new Svg.Point(place, result.rate() * scale));
                    System.err.printf(
                            "%s %s %d: %.1f messages/s, %d errors %s%n",
                            peer.name(), name, place, result.rate(), result.errors(), result.firstError());
                }
            }
            lines.put(peer.name(), points);
        }
        show(name, title, xTitle, true, lines);
    }

    private void memory() throws IOException, InterruptedException {
        Path spool = Files.createTempDirectory(Path.of("target"), "bench-growth");
        var command = new ArrayList<>(peers.get(1).command());
        command.set(command.indexOf("--spool") + 1, spool.toAbsolutePath().toString());
        var peer = new Peer("boxcar-segments", "", command, false);
        var points = new ArrayList<Svg.Point>();
        try (ServerProcess server = ServerProcess.start(peer, "127.0.0.1")) {
            points.add(new Svg.Point(0, server.residentKibibytes() / 1024.0));
            long step = Math.max(1, mostMessages / 20);
            for (long sent = step; sent <= mostMessages; sent += step) {
                BlastPlan plan = BlastPlan.DEFAULTS
                        .withConnections(50)
                        .withMessages(step)
                        .withBytes(200)
                        .withMode(PipeliningMode.TRAIN);
                new Blast(server.address(), plan, () -> nanos -> {}).run();
                points.add(new Svg.Point(sent, server.residentKibibytes() / 1024.0));
                System.err.println(sent + " messages: " + server.residentKibibytes() + " KiB");
            }
        } finally {
            Peer.succeeds("rm", "-r", spool.toString());
        }
        show(
                "memory",
                "Resident memory, MiB, by messages spooled (200 bytes, segments, -Xmx1g)",
                "messages",
                false,
                Map.of("boxcar-segments", points));
    }

    private void show(String name, String title, String xTitle, boolean logarithmic, Map<String, List<Svg.Point>> lines)
            throws IOException {
        Files.writeString(pictures.resolve("growth-" + name + ".svg"), Svg.chart(title, xTitle, logarithmic, lines));
        System.out.println();
        System.out.println("**" + title + "**");
        System.out.println();
        var head = new ArrayList<>(List.of(xTitle));
        head.addAll(lines.keySet());
        System.out.println(Figures.row(head));
        System.out.println("|" + " --- |".repeat(head.size()));
        List<List<Svg.Point>> columns = List.copyOf(lines.values());
        for (int i = 0; i < columns.get(0).size(); i++) {
            var cells = new ArrayList<String>();
            cells.add(String.format("%,.0f", columns.get(0).get(i).x()));
            for (List<Svg.Point> column : columns) {
                cells.add(Figures.text(column.get(i).y()));
            }
            System.out.println(Figures.row(cells));
        }
        for (Map.Entry<String, List<Svg.Point>> line : lines.entrySet()) {
            double most =
                    line.getValue().stream().mapToDouble(Svg.Point::y).max().orElse(0);
            double last = line.getValue().get(line.getValue().size() - 1).y();
            System.out.printf(
                    "%n%s: from its highest point to its last the rate falls by %.0f %%.%n",
                    line.getKey(), 100 * (1 - last / most));
        }
    }
}
