// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.segment.SegmentSpool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.subethamail.smtp.helper.BasicMessageListener;
import org.subethamail.smtp.server.SMTPServer;

/** Runs another Java server in its own process, or Boxcar with its spool, which reports how often it forced. */
final class Peers {
    static final Path STATISTICS = Path.of("target", "bench", "durable.port");

    private Peers() {}

    /** Arguments: the peer's name, the address and the port. The server runs until the process is killed. */
    public static void main(String[] arguments) throws Exception {
        String host = arguments[1];
        int port = Integer.parseInt(arguments[2]);
        switch (arguments[0]) {
            case "greenmail" -> greenMail(host, port);
            case "subethasmtp" -> subEtha(host, port);
            case "durable" -> durable(host, port);
            default -> throw new IllegalArgumentException("unknown peer " + arguments[0]);
        }
        Thread.currentThread().join();
    }

    private static void greenMail(String host, int port) {
        var setup = new ServerSetup(port, host, ServerSetup.PROTOCOL_SMTP);
        var server = new GreenMail(setup);
        server.start();
    }

    /** Receives each message as an array of bytes and discards it. */
    private static void subEtha(String host, int port) throws Exception {
        BasicMessageListener forget = (context, from, to, bytes) -> {};
        SMTPServer server = SMTPServer.port(port)
                .bindAddress(InetAddress.getByName(host))
                .maxConnections(1000)
                .messageHandler(forget)
                .build();
        server.start();
    }

    /** Boxcar under {@code sync = group}. A connection to the port in {@link #STATISTICS} returns "forces messages". */
    private static void durable(String host, int port) throws Exception {
        Path directory = Files.createTempDirectory(Path.of("target", "bench"), "durable-");
        var options = SpoolOptions.DEFAULTS.withSync(Sync.GROUP);
        SegmentSpool spool = SegmentSpool.open(directory, options, Throwable::printStackTrace);
        var limits = Limits.DEFAULTS;
        SmtpServer.start(new SmtpServer.Options("bench.example", 1, limits), Ports.of(new SpoolSink(spool)))
                .listen(host, port);
        var asked = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Files.writeString(STATISTICS, Integer.toString(asked.getLocalPort()));
        while (true) {
            try (Socket socket = asked.accept()) {
                SpoolStatistics now = spool.statistics();
                socket.getOutputStream().write((now.forces() + " " + now.messages()).getBytes(US_ASCII));
            }
        }
    }
}
