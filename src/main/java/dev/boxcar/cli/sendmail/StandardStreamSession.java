// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@code sendmail -bs}: an SMTP session on standard input and output. Without a server, this process serves it on a
 * loopback port, with the maildrop behind it.
 */
record StandardStreamSession(InputStream in, OutputStream out) {
    /** The relay could not keep their promises. */
    private static final Set<Extension> NOT_OFFERED =
            EnumSet.of(Extension.BINARYMIME, Extension.REQUIRETLS, Extension.MT_PRIORITY);

    /** Serves a session whose messages go into the maildrop. */
    void serve(Path spool, String hostname) throws IOException, InterruptedException {
        Set<Extension> offered = Extension.all();
        offered.removeAll(NOT_OFFERED);
        var options = new SmtpServer.Options(hostname, 1, Limits.DEFAULTS, offered);
        SmtpServer server = SmtpServer.start(options, Ports.of(new MaildropSink(spool)));
        try {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            int port = server.listen(loopback.getHostAddress(), 0).get(0).getPort();
            connect(new InetSocketAddress(loopback, port));
        } finally {
            server.shutdown(Duration.ZERO);
        }
    }

    /** Passes the bytes of the session on, until the server ends it. */
    void connect(InetSocketAddress server) throws IOException {
        try (var socket = new Socket(server.getHostString(), server.getPort())) {
            var commands = new Thread(() -> copyCommands(socket), "boxcar-sendmail-input");
            commands.setDaemon(true);
            commands.start();
            InputStream replies = socket.getInputStream();
            var buffer = new byte[8192];
            for (int read = replies.read(buffer); read >= 0; read = replies.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        }
    }

    private void copyCommands(Socket socket) {
        try {
            in.transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            // the server has ended the session
        }
    }
}
