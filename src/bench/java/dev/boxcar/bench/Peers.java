// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import org.subethamail.smtp.helper.BasicMessageListener;
import org.subethamail.smtp.server.SMTPServer;

/** Other Java servers, each in a process of its own; the first line they print is their port. */
final class Peers {
    private Peers() {}

    /** Starts the peer that the argument names, and leaves it running. */
    public static void main(String[] arguments) throws InterruptedException {
        switch (arguments[0]) {
            case "greenmail" -> greenMail();
            case "subethasmtp" -> subEtha();
            default -> throw new IllegalArgumentException("no peer " + arguments[0]);
        }
        Thread.currentThread().join();
    }

    private static void greenMail() {
        var setup = new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        var server = new GreenMail(setup);
        server.start();
        System.out.println(server.getSmtp().getPort());
    }

    /** Takes each message as an array of octets, and forgets it. */
    private static void subEtha() {
        BasicMessageListener forget = (context, from, to, octets) -> {};
        SMTPServer server =
                SMTPServer.port(0).maxConnections(1000).messageHandler(forget).build();
        server.start();
        System.out.println(server.getPortAllocated());
    }
}
