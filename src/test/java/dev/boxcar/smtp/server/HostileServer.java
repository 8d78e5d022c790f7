// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A server in a separate JVM. It answers each line on standard input with the heap in use in KiB and the number of open
 * sessions.
 */
final class HostileServer {
    private HostileServer() {}

    /** Serves until standard input ends; the argument is the spool directory. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (var spool = SegmentSpool.open(Path.of(arguments[0]), SpoolOptions.DEFAULTS, Throwable::printStackTrace)) {
            Limits limits = Limits.DEFAULTS.withMessageBytes(20L * 1024 * 1024);
            SmtpServer server = SmtpServer.start(
                    new SmtpServer.Options("mx.example", 2, limits),
                    Ports.of(new SpoolSink(spool)),
                    HostileServer::failed);
            InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
            System.out.println(address.getPort());
            var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            while (in.readLine() != null) {
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                System.out.println((runtime.totalMemory() - runtime.freeMemory()) / 1024 + " " + server.openSessions());
            }
            server.shutdown(Duration.ZERO);
        }
    }

    private static void failed(Throwable cause) {
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
    }
}
