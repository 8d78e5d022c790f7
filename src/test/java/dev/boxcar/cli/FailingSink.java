// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.disk.FailingForceDisk;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** The sink's server, spool and end, on a disk whose force fails. A program for tests. */
public final class FailingSink {
    private FailingSink() {}

    /** Arguments: the spool's directory, and how the names of the files end that cannot be forced. */
    public static void main(String[] arguments) throws IOException {
        var ending = new Ending();
        Runtime.getRuntime().addShutdownHook(new Thread(ending::run, "shutdown"));
        var spool = FailingForceDisk.open(Path.of(arguments[0]), arguments[1], ending::spoolFailed);
        ending.closes(spool);
        SmtpServer server = SmtpServer.start(
                new SmtpServer.Options("sink.test", 1, Limits.DEFAULTS),
                Ports.of(new SpoolSink(spool)),
                ending::loopFailed);
        ending.shutsDown(server::shutdown);
        InetSocketAddress address = server.listen("127.0.0.1", 0).get(0);
        ending.started();
        System.out.println("[smtp] listening on 127.0.0.1:" + address.getPort());
    }
}
