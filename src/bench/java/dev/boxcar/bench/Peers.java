// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.net.InetAddress;
import org.subethamail.smtp.helper.BasicMessageListener;
import org.subethamail.smtp.server.SMTPServer;

/** Other Java servers, each in a process of its own. */
final class Peers {
    private Peers() {}

    /** Arguments: the peer's name, the address and the port. Leaves it running. */
    public static void main(String[] arguments) throws Exception {
        String host = arguments[1];
        int port = Integer.parseInt(arguments[2]);
        switch (arguments[0]) {
            case "greenmail" -> greenMail(host, port);
            case "subethasmtp" -> subEtha(host, port);
            default -> throw new IllegalArgumentException("no peer " + arguments[0]);
        }
        Thread.currentThread().join();
    }

    private static void greenMail(String host, int port) {
        var setup = new ServerSetup(port, host, ServerSetup.PROTOCOL_SMTP);
        var server = new GreenMail(setup);
        server.start();
    }

    /** Takes each message as an array of octets, and forgets it. */
    private static void subEtha(String host, int port) throws Exception {
        BasicMessageListener forget = (context, from, to, octets) -> {};
        SMTPServer server = SMTPServer.port(port)
                .bindAddress(InetAddress.getByName(host))
                .maxConnections(1000)
                .messageHandler(forget)
                .build();
        server.start();
    }
}
