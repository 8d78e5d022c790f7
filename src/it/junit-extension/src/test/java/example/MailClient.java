// SPDX-License-Identifier: Apache-2.0
package example;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The program under test: a mail client that pipelines. */
final class MailClient {
    private MailClient() {}

    /** Sends a message; returns the recipients that the server refused. */
    static List<String> send(List<String> recipients, String message, String host, int port) throws IOException {
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = socket.getOutputStream();
            reply(in);
            write(out, "EHLO client.example\r\n");
            reply(in);
            var group = new StringBuilder("MAIL FROM:<app@example.org>\r\n");
            recipients.forEach(recipient -> group.append("RCPT TO:<").append(recipient).append(">\r\n"));
            write(out, group + "DATA\r\n");
            reply(in);
            var refused = new ArrayList<String>();
            for (String recipient : recipients) {
                if (!reply(in).startsWith("250 ")) {
                    refused.add(recipient);
                }
            }
            reply(in);
            write(out, message + "\r\n.\r\n");
            reply(in);
            write(out, "QUIT\r\n");
            reply(in);
            return refused;
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        if (line == null) {
            throw new IOException("the server closed the connection");
        }
        return line;
    }
}
