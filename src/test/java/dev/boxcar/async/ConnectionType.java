// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kinds of connection that the tests use. */
enum ConnectionType {
    TCP {
        @Override
        SocketAddress freeAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }
    },
    UNIX {
        @Override
        SocketAddress freeAddress() throws IOException {
            Path path = Files.createTempFile("boxcar", ".socket");
            Files.delete(path);
            path.toFile().deleteOnExit();
            return UnixDomainSocketAddress.of(path);
        }
    };

    /** The system's buffer size per direction, small so that little output fills it. */
    private static final int BUFFER = 128 * 1024;

    /** A free address to bind. */
    abstract SocketAddress freeAddress() throws IOException;

    /** The two ends of a new connection. */
    record Ends(SocketChannel accepted, SocketChannel connected) {}

    Ends connect() throws IOException {
        var family = this == UNIX ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET;
        try (var listener = ServerSocketChannel.open(family)) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            listener.bind(freeAddress());
            var connected = SocketChannel.open(family);
            connected.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            connected.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
            connected.connect(listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            accepted.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
            return new Ends(accepted, connected);
        }
    }
}
