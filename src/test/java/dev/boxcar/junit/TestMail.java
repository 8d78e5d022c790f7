// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.clients.SocketClient;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Sends mail to a lab's server as a client that pipelines. */
final class TestMail {
    private TestMail() {}

    static SocketClient connect(SmtpLabServer server) throws IOException {
        return SocketClient.greeted(new InetSocketAddress(server.host(), server.port()));
    }

    /** Sends one message with this subject to {@code reader@example.com} and quits. */
    static void send(SmtpLabServer server, String subject) throws IOException {
        sendText(server, "Subject: " + subject + "\r\n\r\nHello.\r\n");
    }

    /** Sends one message of these lines, which end with CRLF, and quits. */
    static void sendText(SmtpLabServer server, String message) throws IOException {
        try (SocketClient client = connect(server)) {
            deliver(client, message);
            client.ask("QUIT");
        }
    }

    /** Sends one message and waits until it is accepted. */
    static void deliver(SocketClient client, String message) throws IOException {
        client.send("MAIL FROM:<author@example.org>\r\nRCPT TO:<reader@example.com>\r\nDATA\r\n");
        client.replies(3);
        client.send(message);
        client.ask(".");
    }
}
