// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The other end of a connection. The test drives it; it never blocks. */
final class Peer implements AutoCloseable {
    final SocketChannel socket;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    boolean ended;
    boolean lost;

    Peer(SocketChannel socket, ConnectionType wire) throws IOException {
        this.socket = socket;
        socket.configureBlocking(false);
        if (wire == ConnectionType.TCP) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    /** Sends as much as the system takes and returns how many bytes. */
    int send(byte[] bytes) throws IOException {
        return socket.write(ByteBuffer.wrap(bytes));
    }

    void send(String text) throws IOException {
        int sent = send(text.getBytes(ISO_8859_1));
        if (sent < text.length()) {
            throw new IllegalStateException("the wire took only " + sent);
        }
    }

    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes the connection with a reset. */
    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    /** Reads available input, at max {@code max} bytes. */
    void receive(int max) throws IOException {
        try {
            for (int left = max; left > 0; ) {
                int bytes = socket.read(buffer.clear().limit(Math.min(left, buffer.capacity())));
                if (bytes <= 0) {
                    ended |= bytes < 0;
                    return;
                }
                received.write(buffer.array(), 0, bytes);
                left -= bytes;
            }
        } catch (IOException e) {
            lost = true;
            ended = true;
        }
    }

    /** How many bytes were received. */
    int bytes() throws IOException {
        receive(Integer.MAX_VALUE);
        return received.size();
    }

    String received() throws IOException {
        receive(Integer.MAX_VALUE);
        return received.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
