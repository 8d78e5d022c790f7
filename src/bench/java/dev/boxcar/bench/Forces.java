// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.smtp.client.Blast;
import dev.boxcar.smtp.client.Mode;
import dev.boxcar.smtp.client.Security;
import dev.boxcar.smtp.server.Limits;
import dev.boxcar.smtp.server.Ports;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.spool.SegmentSpool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.spool.Sync;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How many forces a message costs under {@code sync = group}, at some numbers of connections. */
final class Forces {
    private static final int OCTETS = 1024;
    private static final Duration TIME = Duration.ofSeconds(5);

    private Forces() {}

    /** Arguments: numbers of connections (1 50). */
    public static void main(String[] arguments) throws Exception {
        String[] numbers = arguments.length > 0 ? arguments : new String[] {"1", "50"};
        System.out.printf("%-12s %-9s %10s %12s %12s%n", "connections", "mode", "messages", "messages/s", "forces/msg");
        for (String number : numbers) {
            for (Mode mode : List.of(Mode.LOCKSTEP, Mode.TRAIN)) {
                measure(Integer.parseInt(number), mode);
            }
        }
    }

    private static void measure(int connections, Mode mode) throws Exception {
        Path directory = Files.createTempDirectory(Path.of("target"), "bench-forces");
        var options = SpoolOptions.defaults().withSync(Sync.GROUP);
        try (SegmentSpool spool = SegmentSpool.open(directory, options, Throwable::printStackTrace)) {
            SmtpServer server = SmtpServer.start(
                    new SmtpServer.Options("bench.example", 1, Limits.SINK), Ports.of(new SpoolSink(spool)));
            InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
            load(address, mode, connections);
            SpoolStatistics before = spool.statistics();
            Blast.Result result = load(address, mode, connections);
            SpoolStatistics after = spool.statistics();
            double forces = (double) (after.forces() - before.forces()) / (after.messages() - before.messages());
            System.out.printf(
                    "%-12d %-9s %10d %12.0f %12.3f%n", connections, mode, result.messages(), result.rate(), forces);
            server.shutdown(Duration.ofSeconds(1));
        }
    }

    private static Blast.Result load(InetSocketAddress server, Mode mode, int connections) throws Exception {
        var row = new Row("forces", "", mode, connections, 1, OCTETS, false, Security.NONE);
        return row.run(server, Duration.ZERO, TIME);
    }
}
