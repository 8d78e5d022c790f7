// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A client that sends exactly the given text, each in one write, and waits for replies with a timeout. Confined to one
 * thread.
 */
public final class SocketClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final InputStream input;

    /** Connects, without reading the banner. */
    public SocketClient(InetSocketAddress server) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
            input = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A client that has read the banner and the reply to its EHLO. */
    public static SocketClient greeted(InetSocketAddress server) throws IOException {
        var client = new SocketClient(server);
        client.reply();
        client.send("EHLO client.example\r\n");
        client.reply();
        return client;
    }

    /** Sends the text in one write. */
    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    /** Sends bytes and text in one write. */
    public void send(byte[] bytes, String text) throws IOException {
        var whole = new ByteArrayOutputStream(bytes.length + text.length());
        whole.writeBytes(bytes);
        whole.writeBytes(text.getBytes(UTF_8));
        whole.writeTo(socket.getOutputStream());
    }

    /** Sends a command and waits for its reply. */
    public String ask(String command) throws IOException {
        send(command + "\r\n");
        return reply();
    }

    /** Reads the next reply and returns its last line. */
    public String reply() throws IOException {
        String line = line();
        while (line.length() > 3 && line.charAt(3) == '-') {
            line = line();
        }
        return line;
    }

    /** Reads this number of replies, in order. */
    public List<String> replies(int number) throws IOException {
        var replies = new ArrayList<String>();
        while (replies.size() < number) {
            replies.add(reply());
        }
        return replies;
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) {
                throw new IOException("the server closed after \"" + line.toString(UTF_8) + "\"");
            }
            line.write(b);
        }
        String text = line.toString(UTF_8);
        if (!text.endsWith("\r")) {
            throw new IOException("line without CR: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    /** The number of bytes that can be read without waiting. */
    public int unread() throws IOException {
        return input.available();
    }

    /** Reads everything until the server closes. */
    public String rest() throws IOException {
        return new String(input.readAllBytes(), UTF_8);
    }

    /** Stops sending (half-close). */
    public void end() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes the connection. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
