// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Carries bytes unchanged over a stream socket (TCP or Unix domain). Confined to the loop thread. */
public final class SocketTransport implements Transport {
    private final SocketChannel socket;

    /** Over a connected, non-blocking socket. */
    public SocketTransport(SocketChannel socket) {
        this.socket = socket;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return socket.read(target);
    }

    @Override
    public long write(@Nullable ByteBuffer[] sources, int count) throws IOException {
        return count == 1 ? socket.write(sources[0]) : socket.write(sources, 0, count);
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
