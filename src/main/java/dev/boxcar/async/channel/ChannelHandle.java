// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.channel;

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
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.UnaryOperator;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The socket or pipe of one dispatcher: the channel, its key in the selector, the transport over it, and the state of
 * the connection. The dispatcher registers the channel with its loop and passes the key in.
 *
 * <p>Confined to the loop thread.
 */
public final class ChannelHandle {
    /** Maximum connections that wait to be accepted; the system may allow fewer. */
    private static final int BACKLOG = 4096;

    /** The states of a channel, in the order in which it can pass through them. */
    public enum State {
        /** Not yet connecting or listening. */
        FRESH,
        /** The peer's host name is being looked up. */
        LOOKING_UP,
        /** Connecting to the peer. */
        CONNECTING,
        /** Connected to the peer. */
        CONNECTED,
        /** Accepting connections. */
        LISTENING,
        /** Closed. */
        CLOSED
    }

    private State state = State.FRESH;
    private boolean ended;
    private @Nullable SelectableChannel channel;
    /** The family of a socket that was created before its address was known, otherwise null. */
    private @Nullable ProtocolFamily family;

    private @Nullable AddressLookup lookup;
    private @Nullable Transport transport;
    private @Nullable SelectionKey key;

    /** The state of the connection. */
    public State state() {
        return state;
    }

    /** Whether the state is {@code one}. */
    public boolean is(State one) {
        return state == one;
    }

    /** Whether a connection is being made. */
    public boolean isConnecting() {
        return state == State.LOOKING_UP || state == State.CONNECTING;
    }

    /** Creates a socket to connect with. */
    public void createSocket(ProtocolFamily wanted) throws IOException {
        requireNoChannel();
        take(SocketChannel.open(wanted));
        family = wanted;
    }

    /** Creates a socket to listen with. */
    public void createServerSocket(ProtocolFamily wanted) throws IOException {
        requireNoChannel();
        take(ServerSocketChannel.open(wanted));
    }

    private void requireNoChannel() {
        if (channel != null) {
            throw new IllegalStateException("there is a socket already: " + channel);
        }
    }

    private void take(SelectableChannel created) throws IOException {
        requireNoChannel();
        channel = created;
        created.configureBlocking(false);
    }

    /** Sets SO_REUSEADDR, unless the socket has a name in the file system, to which the option does not apply. */
    public void setReuseAddress() throws IOException {
        if (network().supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR)) {
            network().setOption(StandardSocketOptions.SO_REUSEADDR, true);
        }
    }

    /** Sets SO_RCVBUF. */
    public void setReceiveBuffer(int bytes) throws IOException {
        network().setOption(StandardSocketOptions.SO_RCVBUF, bytes);
    }

    /** Binds the socket to an address. */
    public void bind(SocketAddress address) throws IOException {
        if (network() instanceof ServerSocketChannel server) {
            server.bind(address, BACKLOG);
        } else {
            network().bind(address);
        }
    }

    /** Accepts one waiting connection, or returns null if there is none. */
    public @Nullable SocketChannel accept() throws IOException {
        return ((ServerSocketChannel) required(channel)).accept();
    }

    /** Waits for a look-up to find the address to connect to. */
    public void awaitLookup(AddressLookup started) {
        lookup = started;
        state = State.LOOKING_UP;
    }

    /** The address that a look-up has found; null as long as no look-up has finished. */
    public @Nullable InetSocketAddress addressLookedUp() throws IOException {
        return state == State.LOOKING_UP && lookup != null && lookup.isDone() ? lookup.address(family) : null;
    }

    /** Starts to connect, with a new socket if none was created. Returns whether the connection is complete already. */
    public boolean connect(SocketAddress address) throws IOException {
        if (channel == null) {
            createSocket(familyOf(address));
        }
        return socket().connect(address);
    }

    /** Completes a connection that was started. Returns whether it is complete now and was not before. */
    public boolean finishConnect() throws IOException {
        if (state != State.CONNECTING || !socket().finishConnect()) {
            return false;
        }
        lookup = null;
        openTransport();
        state = State.CONNECTED;
        return true;
    }

    /** Takes over a connected socket. */
    public void takeSocket(SocketChannel socket) throws IOException {
        if (!socket.isConnected()) {
            throw new NotYetConnectedException();
        }
        take(socket);
        openTransport();
    }

    /** Takes over the end of a pipe that is read from. */
    public void takeSource(Pipe.SourceChannel source) throws IOException {
        take(source);
        transport = new PipeTransport(source);
    }

    /** Takes over the end of a pipe that is written to. It has no input. */
    public void takeSink(Pipe.SinkChannel sink) throws IOException {
        take(sink);
        transport = new PipeTransport(sink);
        ended = true;
    }

    private void openTransport() throws IOException {
        SocketChannel socket = socket();
        if (!(socket.getLocalAddress() instanceof UnixDomainSocketAddress)) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true); // every write is complete in itself
        }
        transport = new SocketTransport(socket);
    }

    /** The channel to register. */
    public SelectableChannel channel() {
        return required(channel);
    }

    /** Notes that the channel was registered under {@code registered}, and enters {@code next}. */
    public void registered(SelectionKey registered, State next) {
        key = registered;
        state = next;
    }

    /** As {@link Transport#read}, but reports the end of input only once. */
    public int read(ByteBuffer target) throws IOException {
        int bytes = ended ? 0 : transport().read(target);
        ended |= bytes < 0;
        return bytes;
    }

    /** Whether the input has ended. */
    public boolean hasEnded() {
        return ended;
    }

    /**
     * Makes the selector watch for {@code interest}, as far as the channel supports it: one end of a pipe can only be
     * read, the other only written.
     */
    public void setInterest(int interest) {
        if (key != null && key.isValid()) {
            int possible = interest & key.channel().validOps();
            if (key.interestOps() != possible) {
                key.interestOps(possible);
            }
        }
    }

    /** The transport, which exists once the channel is connected. */
    public Transport transport() {
        return required(transport);
    }

    /** Replaces the transport by what {@code wrapper} makes of it. */
    public void wrapTransport(UnaryOperator<Transport> wrapper) {
        transport = wrapper.apply(transport());
    }

    /** The local address, or null if there is none yet. */
    public @Nullable SocketAddress localAddress() throws IOException {
        return channel instanceof NetworkChannel network ? network.getLocalAddress() : null;
    }

    /**
     * Sends the TCP acknowledgement of what was read now, if the system can do that. Otherwise it may be delayed until
     * the next write, up to 40 ms on Linux.
     */
    public void acknowledge() throws IOException {
        if (channel instanceof SocketChannel socket
                && socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
            socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true); // the system forgets it soon
        }
    }

    /** Makes {@link #close} reset the connection, if it is over TCP. */
    public void resetOnClose() throws IOException {
        if (channel instanceof SocketChannel socket
                && socket.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
    }

    /** Closes the channel. */
    public void close() throws IOException {
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

    /** For logs: the peer's address or the address of the listener, after a space; empty while there is neither. */
    public String addressText() {
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

    /** The protocol family of an address. */
    public static ProtocolFamily familyOf(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        boolean isIpv6 = address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address;
        return isIpv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    private SocketChannel socket() {
        return (SocketChannel) required(channel);
    }

    private NetworkChannel network() {
        return (NetworkChannel) required(channel);
    }

    private static <T> T required(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("there is no socket yet");
        }
        return part;
    }
}
