// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.async.TestCertificates;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client that sends and waits exactly as a test says. Characters are bytes (ISO 8859-1). */
final class RawClient implements AutoCloseable {
    /** How the bytes of one send are divided into writes. */
    enum Delivery {
        WHOLE,
        HALVES,
        OCTET_BY_OCTET
    }

    private final Delivery delivery;
    private Socket socket;
    private InputStream input;
    private OutputStream output;

    RawClient(InetSocketAddress address, Delivery delivery) throws IOException {
        this.delivery = delivery;
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        input = socket.getInputStream();
        output = socket.getOutputStream();
    }

    /** Uses Nagle's algorithm, as sockets do by default: a small write waits until those before it are acknowledged. */
    RawClient withNagle() throws IOException {
        socket.setTcpNoDelay(false);
        return this;
    }

    /** Sends without waiting for anything. */
    RawClient send(String text) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        int piece = switch (delivery) {
            case WHOLE -> bytes.length;
            case HALVES -> (bytes.length + 1) / 2;
            case OCTET_BY_OCTET -> 1;
        };
        for (int from = 0; from < bytes.length; from += piece) {
            output.write(bytes, from, Math.min(piece, bytes.length - from));
        }
        return this;
    }

    /** Waits for this many replies. */
    RawClient replies(int number) throws IOException {
        for (int left = number; left > 0; ) {
            var line = new StringBuilder();
            for (int b = input.read(); b != '\n'; b = input.read()) {
                if (b < 0) {
                    throw new EOFException("the server closed the connection after: " + line);
                }
                line.append((char) b);
            }
            left -= line.charAt(3) == ' ' ? 1 : 0;
        }
        return this;
    }

    /** Waits for the first octet of a reply only. */
    RawClient firstOctet() throws IOException {
        if (input.read() < 0) {
            throw new EOFException("the server closed the connection");
        }
        return this;
    }

    /** Sends each of these lines, and waits for the reply to each. */
    RawClient dialogue(String... lines) throws IOException {
        for (String line : lines) {
            send(line + "\r\n").replies(1);
        }
        return this;
    }

    /** Is silent for a while, as an impatient client is before it loses patience. */
    RawClient pause(int millis) throws InterruptedException {
        Thread.sleep(millis);
        return this;
    }

    RawClient startTls() throws IOException {
        dialogue("STARTTLS");
        socket = TestCertificates.localhost()
                .getSocketFactory()
                .createSocket(socket, "localhost", socket.getPort(), true);
        input = socket.getInputStream();
        output = socket.getOutputStream();
        return this;
    }

    /** Vanishes with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
