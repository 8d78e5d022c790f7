// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sockets that listen, opened before the server behind them is up: what comes early waits. Any thread. */
final class ListeningSockets {
    private static final Logger LOG = LoggerFactory.getLogger(ListeningSockets.class);
    /** A free port of one loopback may be taken on the other one; then another is tried. */
    private static final int PORT_TRIES = 20;

    private static final int BACKLOG = 1024;
    private static final int LAST_RESERVED_PORT = 1023;

    private ListeningSockets() {}

    /** Listens at both loopbacks for {@code localhost}, else at the address of {@code host}. */
    static List<ServerSocketChannel> listen(String host, int port) throws IOException {
        if (!host.equals("localhost")) {
            return List.of(open(new InetSocketAddress(resolve(host), port)));
        }
        for (int tries = 1; ; tries++) {
            try {
                return atLoopbacks(port);
            } catch (IOException e) {
                if (port != 0 || tries == PORT_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static List<ServerSocketChannel> atLoopbacks(int port) throws IOException {
        var sockets = new ArrayList<ServerSocketChannel>();
        InetAddress six = resolve("::1");
        try {
            sockets.add(open(new InetSocketAddress(resolve("127.0.0.1"), port)));
            if (isOurs(six)) {
                int same = sockets.get(0).socket().getLocalPort();
                sockets.add(open(new InetSocketAddress(six, same)));
            }
            return sockets;
        } catch (IOException e) {
            closeAll(sockets);
            throw e;
        }
    }

    private static ServerSocketChannel open(InetSocketAddress address) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return socket.bind(address, BACKLOG);
        } catch (IOException e) {
            socket.close();
            boolean inUse = e instanceof BindException
                    && address.getPort() > LAST_RESERVED_PORT
                    && isOurs(address.getAddress());
            String reason = inUse ? "the port is in use" : String.valueOf(e.getMessage());
            throw new IOException("cannot listen on " + text(address) + ": " + reason, e);
        }
    }

    private static InetAddress resolve(String host) throws IOException {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("cannot listen on " + host + ": no such host", e);
        }
    }

    private static boolean isOurs(InetAddress address) throws IOException {
        return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    static void closeAll(List<ServerSocketChannel> sockets) {
        for (ServerSocketChannel socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("a listener did not close: {}", e.toString());
            }
        }
    }

    /** An address as people write it: {@code 127.0.0.1:8025}, {@code [::1]:8025}. */
    static String text(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (!(host instanceof Inet6Address)) {
            return host.getHostAddress() + ":" + address.getPort();
        }
        String name = host.isLoopbackAddress() ? "::1" : host.isAnyLocalAddress() ? "::" : host.getHostAddress();
        return "[" + name + "]:" + address.getPort();
    }
}
