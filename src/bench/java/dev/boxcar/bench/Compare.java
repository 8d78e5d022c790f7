// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Boxcar and its peers in turn on this machine, A B C A B C, each server on one core and the client on another: messages a second
 * and the server's processor time per message. Prints a table; the ratio is to Boxcar with its spool in memory.
 */
final class Compare {
    private static final int CONNECTIONS = 20;
    private static final int OCTETS = 1024;
    private static final int ROUNDS = 3;

    private record Run(double perSecond, double cpuMicros) {}

    private Compare() {}

    /** Arguments: seconds a run (5), then names of servers to leave out. */
    public static void main(String[] arguments) throws IOException {
        var time = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 5);
        Map<String, List<String>> servers = servers();
        Arrays.stream(arguments).skip(1).forEach(servers::remove);
        System.out.printf(
                "messages of %d octets over %d connections, %s a run, median of %d rounds%n",
                OCTETS, CONNECTIONS, time, ROUNDS);
        System.out.printf("%-24s %-9s %12s %8s %12s%n", "server", "mode", "messages/s", "ratio", "CPU us/msg");
        for (Mode mode : Mode.values()) {
            table(mode, measure(servers, mode, time));
        }
        banners(servers);
    }

    private static Map<String, List<Run>> measure(Map<String, List<String>> servers, Mode mode, Duration time)
            throws IOException {
        var runs = new LinkedHashMap<String, List<Run>>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, List<String>> server : servers.entrySet()) {
                try (ServerProcess process = ServerProcess.start(server.getValue())) {
                    Load.run(process.address(), mode, CONNECTIONS, time, OCTETS); // warms the server up
                    double cpuBefore = process.cpuSeconds();
                    Load.Result result = Load.run(process.address(), mode, CONNECTIONS, time, OCTETS);
                    double cpu = process.cpuSeconds() - cpuBefore;
                    runs.computeIfAbsent(server.getKey(), name -> new ArrayList<>())
                            .add(new Run(result.perSecond(), cpu / result.messages() * 1e6));
                }
            }
        }
        return runs;
    }

    private static void table(Mode mode, Map<String, List<Run>> runs) {
        double ours = median(runs.values().iterator().next().stream()
                .mapToDouble(Run::perSecond)
                .toArray());
        runs.forEach((name, list) -> {
            double perSecond = median(list.stream().mapToDouble(Run::perSecond).toArray());
            double cpu = median(list.stream().mapToDouble(Run::cpuMicros).toArray());
            System.out.printf("%-24s %-9s %12.0f %8.2f %12.1f%n", name, mode, perSecond, perSecond / ours, cpu);
        });
    }

    private static void banners(Map<String, List<String>> servers) throws IOException {
        System.out.printf("%nprocess start to SMTP banner, median of 5, one core%n");
        for (Map.Entry<String, List<String>> server : servers.entrySet()) {
            var seconds = new double[5];
            for (int i = 0; i < seconds.length; i++) {
                try (ServerProcess process = ServerProcess.start(server.getValue())) {
                    seconds[i] = process.secondsToBanner();
                }
            }
            System.out.printf("%-24s %8.0f ms%n", server.getKey(), median(seconds) * 1000);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static Map<String, List<String>> servers() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> boxcar =
                List.of(java, "-jar", "target/boxcar.jar", "--smtp", "127.0.0.1:0", "--log-level", "warn");
        List<String> peer = List.of(
                java, "-Dboxcar.log.level=warn", "-cp", System.getProperty("java.class.path"), Peers.class.getName());
        var servers = new LinkedHashMap<String, List<String>>();
        servers.put("boxcar, memory", and(boxcar, "--spool", "memory"));
        servers.put("boxcar, sync none", and(boxcar, "--spool", temporary(), "--sync", "none"));
        servers.put("boxcar, sync group", and(boxcar, "--spool", temporary(), "--sync", "group"));
        servers.put("greenmail", and(peer, "greenmail"));
        servers.put("subethasmtp", and(peer, "subethasmtp"));
        return servers;
    }

    private static String temporary() throws IOException {
        Path directory = Files.createTempDirectory(Path.of("target"), "bench-spool");
        return directory.toString();
    }

    private static List<String> and(List<String> command, String... more) {
        var whole = new ArrayList<>(command);
        whole.addAll(List.of(more));
        return whole;
    }
}
