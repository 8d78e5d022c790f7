// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a dispatcher has of the system: its socket, the transport over it, its key in the selector. Confined to the loop thread. */
final class Endpoint {
    /** Connections that wait to be accepted; the system may hold fewer. */
    private static final int BACKLOG = 4096;

    private @Nullable SelectableChannel channel;
    private @Nullable Transport transport;
    private @Nullable SelectionKey key;

    void createSocket(ProtocolFamily family) throws IOException {
        take(SocketChannel.open(family));
    }

    void createServerSocket(ProtocolFamily family) throws IOException {
        take(ServerSocketChannel.open(family));
    }

    void take(SelectableChannel made) throws IOException {
        if (channel != null) {
            throw new IllegalStateException("there is a socket already: " + channel);
        }
        channel = made;
        made.configureBlocking(false);
    }

    /** Names in the file system have no such thing as an address in use by nobody. */
    void setReuseAddress() throws IOException {
        if (network().supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR)) {
            network().setOption(StandardSocketOptions.SO_REUSEADDR, true);
        }
    }

    void bind(SocketAddress address) throws IOException {
        if (network() instanceof ServerSocketChannel server) {
            server.bind(address, BACKLOG);
        } else {
            network().bind(address);
        }
    }

    @Nullable
    SocketChannel accept() throws IOException {
        return ((ServerSocketChannel) required(channel)).accept();
    }

    /** Begins to connect; whether that was done at once. */
    boolean connect(SocketAddress address) throws IOException {
        return socket().connect(address);
    }

    /** Whether a connection that was begun is there. */
    boolean finishConnect() throws IOException {
        return socket().finishConnect();
    }

    /** The socket is connected: octets pass from now on. */
    void converse() throws IOException {
        SocketChannel socket = socket();
        if (!(socket.getLocalAddress() instanceof UnixDomainSocketAddress)) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true); // what is written is complete as it is
        }
        transport = new PlainTransport(socket);
    }

    void register(EventLoop loop, int interest, Dispatcher dispatcher) throws IOException {
        key = loop.register(required(channel), interest, dispatcher);
    }

    void wants(int interest) {
        if (key != null && key.isValid() && key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    Transport transport() {
        return required(transport);
    }

    /** From now on octets pass through what {@code wrapper} makes of the transport there is. */
    void wrap(UnaryOperator<Transport> wrapper) {
        transport = wrapper.apply(transport());
    }

    @Nullable
    SocketAddress localAddress() throws IOException {
        return channel == null ? null : network().getLocalAddress();
    }

    void close() throws IOException {
        if (key != null) {
            key.cancel();
        }
        if (transport != null) {
            transport.close();
        } else if (channel != null) {
            channel.close();
        }
    }

    /** Who is at the other end, or where connections are accepted; nothing while there is neither. */
    String text() {
        try {
            SocketAddress address = channel instanceof SocketChannel socket
                    ? socket.getRemoteAddress()
                    : channel instanceof ServerSocketChannel server ? server.getLocalAddress() : null;
            return address == null ? "" : " " + address;
        } catch (IOException e) {
            return "";
        }
    }

    static ProtocolFamily familyOf(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        boolean six = address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address;
        return six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    private SocketChannel socket() {
        return (SocketChannel) required(channel);
    }

    private NetworkChannel network() {
        return (NetworkChannel) required(channel);
    }

    private static <T> T required(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("no socket was made yet");
        }
        return part;
    }
}
