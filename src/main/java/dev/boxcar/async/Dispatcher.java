// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.channel.AddressLookup;
import dev.boxcar.async.channel.ChannelHandle;
import dev.boxcar.async.channel.ChannelHandle.State;
import dev.boxcar.async.channel.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thin wrapper around one non-blocking channel. The loop calls its handlers for events, and asks {@link #readable}
 * and {@link #writable} which events it wants. The loop asks again after every event of the channel. When the answers
 * change for another reason, call {@link #interestChanged}.
 *
 * <p>Confined to the loop thread. An exception in a handler is passed to {@link #handleError}, which closes this
 * channel and no other.
 */
public abstract class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Maximum connections accepted per event, so that a burst of them does not hold up other channels. */
    private static final int ACCEPTS_PER_EVENT = 64;

    private final EventLoop loop;
    private final ChannelHandle handle = new ChannelHandle();
    private boolean changePending;
    private boolean resumePending;

    /** A dispatcher without a channel yet. */
    protected Dispatcher(EventLoop loop) {
        this.loop = loop;
    }

    /** The loop that this channel belongs to. */
    public final EventLoop loop() {
        return loop;
    }

    // sockets

    /** Creates a stream socket for {@link #connect}. Needed only to bind it first or to choose the address family. */
    protected final void createSocket(ProtocolFamily family) throws IOException {
        requireFresh();
        handle.createSocket(family);
    }

    /** Creates a stream socket for {@link #bind} and {@link #listen}. */
    protected final void createServerSocket(ProtocolFamily family) throws IOException {
        requireFresh();
        handle.createServerSocket(family);
    }

    /** Lets {@link #bind} take a port for which old connections are still being closed by the system. */
    protected final void setReuseAddress() throws IOException {
        requireFresh();
        handle.setReuseAddress();
    }

    /**
     * Sets the size of the system's receive buffer: that of this socket, or that of each connection which a server
     * socket accepts. The system may round it.
     */
    protected final void setReceiveBuffer(int bytes) throws IOException {
        requireFresh();
        handle.setReceiveBuffer(bytes);
    }

    /** Binds the socket to a local address. On a server socket, connections queue from now on. */
    protected final void bind(SocketAddress address) throws IOException {
        requireFresh();
        handle.bind(address);
    }

    /** Starts to accept connections. */
    protected final void listen() throws IOException {
        requireFresh();
        register(SelectionKey.OP_ACCEPT, State.LISTENING);
        interestChanged();
    }

    /** Accepts one waiting connection, or returns null if there is none. */
    protected final @Nullable SocketChannel accept() throws IOException {
        loop.requireLoopThread();
        return handle.accept();
    }

    /**
     * Starts to connect. The loop calls {@link #handleConnect} on success and {@link #handleError} on failure. The host
     * name of an unresolved address is looked up on a worker first; the first address that the socket can reach is
     * used. If no socket was created, one is created for the address's family.
     *
     * @throws IOException if the attempt could not even start; then {@link #close} the dispatcher
     */
    protected final void connect(SocketAddress address) throws IOException {
        requireFresh();
        Objects.requireNonNull(address, "address");
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            handle.awaitLookup(AddressLookup.start(inet, loop.workers(), loop, this::interestChanged));
            loop.add(this);
        } else if (startConnect(address)) { // a local connection may be complete already; the loop still reports it
            interestChanged();
        }
    }

    private boolean startConnect(SocketAddress address) throws IOException {
        boolean connected = handle.connect(address);
        register(connected ? 0 : SelectionKey.OP_CONNECT, State.CONNECTING);
        return connected;
    }

    private void register(int interest, State next) throws IOException {
        handle.registered(loop.register(handle.channel(), interest, this), next);
    }

    /**
     * Takes over a connected socket, such as the one that {@link #handleAccepted} receives.
     *
     * @throws IOException if the connection is broken or the loop is closed; then {@link #close} closes the socket
     */
    public final void setSocket(SocketChannel socket) throws IOException {
        requireFresh();
        Objects.requireNonNull(socket, "socket");
        handle.takeSocket(socket);
        registerConnected();
    }

    /** Takes over the end of a pipe that is read from; it cannot be written to. Throws as {@link #setSocket} does. */
    public final void setSource(Pipe.SourceChannel source) throws IOException {
        requireFresh();
        Objects.requireNonNull(source, "source");
        handle.takeSource(source);
        registerConnected();
    }

    /**
     * Takes over the end of a pipe that is written to; it gets no events about input or its end. Throws as
     * {@link #setSocket} does.
     */
    public final void setSink(Pipe.SinkChannel sink) throws IOException {
        requireFresh();
        Objects.requireNonNull(sink, "sink");
        handle.takeSink(sink);
        registerConnected();
    }

    private void registerConnected() throws IOException {
        register(0, State.CONNECTED);
        interestChanged();
    }

    private void requireFresh() {
        loop.requireLoopThread();
        if (!handle.is(State.FRESH)) {
            throw new IllegalStateException("already connecting, connected, listening or closed: " + this);
        }
    }

    /** The local address, or null if there is none yet. */
    public final @Nullable SocketAddress localAddress() throws IOException {
        return handle.localAddress();
    }

    /** The protocol family of an address. */
    protected static ProtocolFamily familyOf(SocketAddress address) {
        return ChannelHandle.familyOf(address);
    }

    /**
     * Reads available bytes into {@code target} and returns how many, or 0. At the end of input, calls
     * {@link #handleEnd} once.
     */
    protected final int receive(ByteBuffer target) throws IOException {
        loop.requireLoopThread();
        int bytes = handle.read(target);
        if (bytes < 0) {
            inputEnded();
        }
        return Math.max(0, bytes);
    }

    /** Writes as much of {@code source} as the system takes now, and returns how many bytes. */
    protected final int send(ByteBuffer source) throws IOException {
        loop.requireLoopThread();
        return (int) handle.transport().write(new ByteBuffer[] {source}, 1);
    }

    final Transport transport() {
        return handle.transport();
    }

    final void wrapTransport(UnaryOperator<Transport> wrapper) {
        handle.wrapTransport(wrapper);
    }

    /** Whether the peer has finished sending. */
    public final boolean hasEnded() {
        return handle.hasEnded();
    }

    /** Whether the channel is connected to a peer. */
    public final boolean isConnected() {
        return handle.is(State.CONNECTED);
    }

    /** Whether the channel accepts connections. */
    public final boolean isAccepting() {
        return handle.is(State.LISTENING);
    }

    /** Whether the channel was closed. */
    public final boolean isClosed() {
        return handle.is(State.CLOSED);
    }

    /** Closes the channel now; queued output is dropped. May be called again. */
    public final void close() {
        loop.requireLoopThread();
        if (isClosed()) {
            return;
        }
        loop.remove(this);
        try {
            handle.close();
        } catch (IOException e) {
            LOG.debug("{} did not close cleanly: {}", this, e.toString());
        }
        cleanUp(this::release);
        cleanUp(this::closed);
    }

    /**
     * Closes the channel now. The peer sees a reset of the connection instead of its end, and output on its way to the
     * peer may be lost. A connection that is not over TCP is only closed.
     */
    public final void reset() {
        loop.requireLoopThread();
        try {
            if (!isClosed()) {
                handle.resetOnClose();
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be reset: {}", this, e.toString());
        }
        close();
    }

    /**
     * Acknowledges what was read now. A peer with Nagle's algorithm sends the next small piece only after that, and a
     * system may delay it until the next write.
     */
    protected final void acknowledgeInput() {
        loop.requireLoopThread();
        try {
            if (isConnected()) {
                handle.acknowledge();
            }
        } catch (IOException e) {
            LOG.debug("{} cannot acknowledge at once: {}", this, e.toString());
        }
    }

    private void cleanUp(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("{} failed to clean up", this, e);
        }
    }

    // interest

    /** Whether the channel wants events about input. */
    protected boolean readable() {
        return true;
    }

    /** Whether the channel wants an event when it can be written to. */
    protected boolean writable() {
        return true;
    }

    /**
     * Makes the loop visit the channel before it waits. Call this when something other than an event of the channel
     * changed it.
     */
    public final void interestChanged() {
        loop.requireLoopThread();
        if (!changePending && !isClosed()) {
            changePending = true;
            loop.settleLater(this);
        }
    }

    // called by the loop

    final ChannelHandle handle() {
        return handle;
    }

    /** Completes a connection that was started. Returns whether it is complete now and was not before. */
    final boolean finishConnect() throws IOException {
        InetSocketAddress found = handle.addressLookedUp();
        if (found != null) {
            startConnect(found);
        }
        return handle.finishConnect();
    }

    final void settleChange() {
        changePending = false;
        EventDelivery.deliver(this, handle.isConnecting() ? SelectionKey.OP_CONNECT : EventDelivery.NONE);
    }

    final void resume() {
        resumePending = false;
        EventDelivery.deliver(this, EventDelivery.RESUME);
    }

    /** Makes the loop call {@link #resumeInput} in its next turn. */
    final void resumeLater() {
        if (!resumePending) {
            resumePending = true;
            loop.resumeLater(this);
        }
    }

    // events

    /** The connection that {@link #connect} started is established. */
    protected void handleConnect() throws IOException {
        LOG.warn("{} unhandled connect event", this);
    }

    /**
     * At least one connection waits to be accepted. The default accepts the waiting ones and passes each to
     * {@link #handleAccepted}.
     */
    protected void handleAccept() throws IOException {
        for (int accepted = 0; accepted < ACCEPTS_PER_EVENT && isAccepting(); accepted++) {
            SocketChannel socket = accept();
            if (socket == null) {
                return;
            }
            passOn(socket);
        }
    }

    /** A failure with one connection must not affect the connections after it. */
    private void passOn(SocketChannel socket) throws IOException {
        try {
            handleAccepted(socket);
        } catch (IOException e) {
            LOG.debug("{} lost a connection while accepting it: {}", this, e.toString());
            socket.close();
        } catch (RuntimeException e) {
            LOG.error("{} failed with a connection that it accepted", this, e);
            socket.close();
        }
    }

    /** A connection was accepted. The default closes it. */
    protected void handleAccepted(SocketChannel socket) throws IOException {
        LOG.warn("{} unhandled accepted event", this);
        socket.close();
    }

    /** There is input, or its end. */
    protected void handleRead() throws IOException {
        LOG.warn("{} unhandled read event", this);
    }

    /** The channel can be written to. */
    protected void handleWrite() throws IOException {
        LOG.warn("{} unhandled write event", this);
    }

    /**
     * An exceptional condition, such as urgent data. The loop never calls this, because the JDK's selectors do not
     * report such conditions: the system drops urgent data or delivers it in line with the rest.
     */
    protected void handleExpt() throws IOException {
        LOG.warn("{} unhandled incoming priority event", this);
    }

    /** The peer has finished sending. The default calls {@link #handleClose}. */
    protected void handleEnd() {
        handleClose();
    }

    /** The connection is lost or the peer has ended it. The default closes the channel. */
    protected void handleClose() {
        LOG.warn("{} unhandled close event", this);
        close();
    }

    /** A handler threw {@code failure}, or the channel failed. The default logs it and closes the channel. */
    protected void handleError(Exception failure) {
        LOG.error("{} failed", this, failure);
        close();
    }

    /** The channel was closed, for whatever reason: release what it held. Called once. */
    protected void closed() {}

    /** As {@link #handleEnd}, for subclasses in this package. */
    void inputEnded() {
        handleEnd();
    }

    /** As {@link #closed}, for subclasses in this package. */
    void release() {}

    /**
     * Called at the end of every event, and after {@link #interestChanged}, to finish work that must not wait for the
     * next event.
     */
    void settle() throws IOException {}

    /** Processes input that an earlier turn read but did not process. */
    void resumeInput() throws IOException {}

    @Override
    public String toString() {
        return getClass().getSimpleName() + "@" + Integer.toHexString(System.identityHashCode(this)) + " "
                + handle.state().name().toLowerCase(Locale.ROOT) + handle.addressText();
    }
}
