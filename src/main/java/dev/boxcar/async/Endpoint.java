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
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a dispatcher has of the system, and how far it is with it: its socket, the transport over it, its key in the
 * selector.
 *
 * <p>Confined to the loop thread.
 */
final class Endpoint {
    /** Connections that wait to be accepted; the system may hold fewer. */
    private static final int BACKLOG = 4096;

    /** The life of a channel. */
    enum State {
        FRESH,
        LOOKING_UP,
        CONNECTING,
        CONNECTED,
        LISTENING,
        CLOSED
    }

    private State state = State.FRESH;
    private boolean ended;
    private @Nullable SelectableChannel channel;
    /** Of the socket that was made to connect or listen with. */
    private @Nullable ProtocolFamily family;

    private @Nullable Lookup lookup;
    private @Nullable Transport transport;
    private @Nullable SelectionKey key;

    State state() {
        return state;
    }

    boolean is(State one) {
        return state == one;
    }

    /** Whether it is on its way to a peer. */
    boolean isConnecting() {
        return state == State.LOOKING_UP || state == State.CONNECTING;
    }

    void createSocket(ProtocolFamily wanted) throws IOException {
        requireNone();
        take(SocketChannel.open(wanted));
        family = wanted;
    }

    void createServerSocket(ProtocolFamily wanted) throws IOException {
        requireNone();
        take(ServerSocketChannel.open(wanted));
    }

    private void requireNone() {
        if (channel != null) {
            throw new IllegalStateException("there is a socket already: " + channel);
        }
    }

    private void take(SelectableChannel made) throws IOException {
        requireNone();
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

    void listen(EventLoop loop, Dispatcher dispatcher) throws IOException {
        register(loop, SelectionKey.OP_ACCEPT, dispatcher);
        state = State.LISTENING;
    }

    /** Begins to connect, or to look up where to; whether that was done at once. */
    boolean connect(SocketAddress address, EventLoop loop, Dispatcher dispatcher) throws IOException {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            lookup = Lookup.begin(inet, dispatcher);
            loop.add(dispatcher);
            state = State.LOOKING_UP;
            return false;
        }
        if (channel == null) {
            createSocket(familyOf(address));
        }
        boolean connected = socket().connect(address);
        register(loop, connected ? 0 : SelectionKey.OP_CONNECT, dispatcher);
        state = State.CONNECTING;
        return connected;
    }

    /** Whether a connection that was begun has just come to be. */
    boolean finishConnect(Dispatcher dispatcher) throws IOException {
        if (state == State.LOOKING_UP && lookup != null && lookup.isAnswered()) {
            connect(lookup.address(family), dispatcher.loop(), dispatcher);
        }
        if (state != State.CONNECTING || !socket().finishConnect()) {
            return false;
        }
        lookup = null;
        converse();
        state = State.CONNECTED;
        return true;
    }

    void takeConnected(SocketChannel socket, EventLoop loop, Dispatcher dispatcher) throws IOException {
        if (!socket.isConnected()) {
            throw new NotYetConnectedException();
        }
        take(socket);
        converse();
        register(loop, 0, dispatcher);
        state = State.CONNECTED;
    }

    /** Takes one end of a pipe; a sink has no input that could end. */
    void takePipe(SelectableChannel end, Transport through, EventLoop loop, Dispatcher dispatcher) throws IOException {
        take(end);
        register(loop, 0, dispatcher);
        transport = through;
        ended = (end.validOps() & SelectionKey.OP_READ) == 0;
        state = State.CONNECTED;
    }

    /** Bytes pass from now on. */
    private void converse() throws IOException {
        SocketChannel socket = socket();
        if (!(socket.getLocalAddress() instanceof UnixDomainSocketAddress)) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true); // what is written is complete as it is
        }
        transport = new PlainTransport(socket);
    }

    private void register(EventLoop loop, int interest, Dispatcher dispatcher) throws IOException {
        key = loop.register(required(channel), interest, dispatcher);
    }

    /** As {@link Transport#read}, but the end of input is told once. */
    int read(ByteBuffer target) throws IOException {
        int bytes = ended ? 0 : transport().read(target);
        ended |= bytes < 0;
        return bytes;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Which operations the selector is to watch for, if the dispatcher answers so. */
    int interest(Dispatcher dispatcher) {
        return switch (state) {
            case FRESH, LOOKING_UP, CLOSED -> 0;
            case LISTENING -> dispatcher.readable() ? SelectionKey.OP_ACCEPT : 0;
            case CONNECTING -> SelectionKey.OP_CONNECT;
            case CONNECTED ->
                (!ended && dispatcher.readable() ? SelectionKey.OP_READ : 0)
                        | (dispatcher.writable() ? SelectionKey.OP_WRITE : 0);
        };
    }

    /** Of what is wanted, the selector watches for what the channel can do: a pipe's end does one thing only. */
    void wants(int interest) {
        if (key != null && key.isValid()) {
            int possible = interest & key.channel().validOps();
            if (key.interestOps() != possible) {
                key.interestOps(possible);
            }
        }
    }

    Transport transport() {
        return required(transport);
    }

    /** From now on bytes pass through what {@code wrapper} makes of the transport there is. */
    void wrap(UnaryOperator<Transport> wrapper) {
        transport = wrapper.apply(transport());
    }

    @Nullable
    SocketAddress localAddress() throws IOException {
        return channel instanceof NetworkChannel network ? network.getLocalAddress() : null;
    }

    void close() throws IOException {
        state = State.CLOSED;
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
        if (lookup != null) {
            return " " + lookup;
        }
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
