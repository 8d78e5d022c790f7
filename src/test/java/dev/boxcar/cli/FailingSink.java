// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.disk.FailingForceDisk;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A sink on a disk whose force fails. A program for tests. */
public final class FailingSink {
    private FailingSink() {}

    /** Arguments: the spool's directory, and the suffix of the files that cannot be forced. */
    public static void main(String[] arguments) throws IOException {
        var shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::run, "shutdown"));
        var spool = FailingForceDisk.open(Path.of(arguments[0]), arguments[1], shutdown::spoolFailed);
        shutdown.closesLast(spool);
        SmtpServer server = SmtpServer.start(
                new SmtpServer.Options("sink.test", 1, Limits.DEFAULTS),
                Ports.of(new SpoolSink(spool)),
                shutdown::loopFailed);
        shutdown.endsSessions(server::shutdown);
        InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
        shutdown.started();
        System.out.println("[smtp] listening on 127.0.0.1:" + address.getPort());
    }
}
