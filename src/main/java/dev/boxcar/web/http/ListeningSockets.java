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

/** Opens the sockets that the server listens on. Early connections wait in the backlog until it runs. Any thread. */
final class ListeningSockets {
    private static final Logger LOG = LoggerFactory.getLogger(ListeningSockets.class);
    /** A port that is free on one loopback address may be in use on the other; then another one is tried. */
    private static final int MAX_ATTEMPTS = 20;

    private static final int BACKLOG = 1024;
    private static final int LAST_RESERVED_PORT = 1023;

    private ListeningSockets() {}

    /** Listens on both loopback addresses for {@code localhost}, else on the address of {@code host}. */
    static List<ServerSocketChannel> listen(String host, int port) throws IOException {
        if (!host.equals("localhost")) {
            return List.of(open(new InetSocketAddress(resolve(host), port)));
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return listenOnLoopbacks(port);
            } catch (IOException e) {
                if (port != 0 || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static List<ServerSocketChannel> listenOnLoopbacks(int port) throws IOException {
        var sockets = new ArrayList<ServerSocketChannel>();
        InetAddress ipv6 = resolve("::1");
        try {
            sockets.add(open(new InetSocketAddress(resolve("127.0.0.1"), port)));
            if (isLocal(ipv6)) {
                int samePort = sockets.get(0).socket().getLocalPort();
                sockets.add(open(new InetSocketAddress(ipv6, samePort)));
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
                    && isLocal(address.getAddress());
            String reason = inUse ? "the port is in use" : String.valueOf(e.getMessage());
            throw new IOException("cannot listen on " + text(address) + ": " + reason, e);
        }
    }

    private static InetAddress resolve(String host) throws IOException {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("cannot listen on " + host + ": unknown host", e);
        }
    }

    private static boolean isLocal(InetAddress address) throws IOException {
        return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
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

    /** An address in its usual form: {@code 127.0.0.1:8025}, {@code [::1]:8025}. */
    static String text(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (!(host instanceof Inet6Address)) {
            return host.getHostAddress() + ":" + address.getPort();
        }
        String name = host.isLoopbackAddress() ? "::1" : host.isAnyLocalAddress() ? "::" : host.getHostAddress();
        return "[" + name + "]:" + address.getPort();
    }
}
