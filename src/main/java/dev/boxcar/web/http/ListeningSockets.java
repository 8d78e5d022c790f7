// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import dev.boxcar.unit.ListenHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the sockets that the server listens on. Early connections wait in the backlog until it runs. Any thread. */
final class ListeningSockets {
    private static final Logger LOG = LoggerFactory.getLogger(ListeningSockets.class);
    private static final int BACKLOG = 1024;

    private ListeningSockets() {}

    /** Listens on both loopback addresses for {@code localhost}, else on the address of {@code host}. */
    static List<ServerSocketChannel> listen(String host, int port) throws IOException {
        return ListenHost.open(host, port, new Opener());
    }

    private static final class Opener implements ListenHost.Opener<ServerSocketChannel> {
        @Override
        public ServerSocketChannel open(InetSocketAddress address) throws IOException {
            ServerSocketChannel socket = ServerSocketChannel.open();
            try {
                socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                return socket.bind(address, BACKLOG);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        @Override
        public int port(ServerSocketChannel listener) {
            return listener.socket().getLocalPort();
        }

        @Override
        public void close(ServerSocketChannel listener) throws IOException {
            listener.close();
        }
    }

    static void closeAll(List<ServerSocketChannel> sockets) {
        for (ServerSocketChannel socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("closing a listening socket failed: {}", e.toString());
            }
        }
    }
}
