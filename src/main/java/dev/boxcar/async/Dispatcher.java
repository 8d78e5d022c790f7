// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.Endpoint.State;
import java.io.IOException;
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
 * A thin wrapper of one non-blocking channel: the loop tells it of events, and it tells the loop by {@link #readable}
 * and {@link #writable} which ones it wants. They are asked again after every event of the channel; a cause from
 * outside calls {@link #interestChanged}.
 *
 * <p>Confined to the loop thread. An exception out of a handler reaches {@link #handleError}, which closes this channel
 * and no other.
 */
public abstract class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Connections accepted in one event, so that a storm of them leaves a turn to the others. */
    private static final int ACCEPTS_PER_EVENT = 64;

    private final EventLoop loop;
    private final Endpoint endpoint = new Endpoint();
    private boolean changeEnlisted;
    private boolean resumeEnlisted;

    /** A dispatcher without a channel yet. */
    protected Dispatcher(EventLoop loop) {
        this.loop = loop;
    }

    /** The loop that this channel belongs to. */
    public final EventLoop loop() {
        return loop;
    }

    // sockets

    /** Makes a stream socket to {@link #connect} with; whoever neither binds it nor asks for a family need not. */
    protected final void createSocket(ProtocolFamily family) throws IOException {
        requireFresh();
        endpoint.createSocket(family);
    }

    /** Makes a stream socket to {@link #bind} and {@link #listen} with. */
    protected final void createServerSocket(ProtocolFamily family) throws IOException {
        requireFresh();
        endpoint.createServerSocket(family);
    }

    /** Lets {@link #bind} take a port over from connections that are still winding down. */
    protected final void setReuseAddress() throws IOException {
        requireFresh();
        endpoint.setReuseAddress();
    }

    /** Gives the socket its own address; on a server socket, connections queue from now on. */
    protected final void bind(SocketAddress address) throws IOException {
        requireFresh();
        endpoint.bind(address);
    }

    /** Begins to accept. */
    protected final void listen() throws IOException {
        requireFresh();
        endpoint.listen(loop, this);
        interestChanged();
    }

    /** Accepts one waiting connection, or null when there is none. */
    protected final @Nullable SocketChannel accept() throws IOException {
        loop.requireLoopThread();
        return endpoint.accept();
    }

    /**
     * Begins to connect; {@link #handleConnect} tells of success, {@link #handleError} of failure. The name in an
     * unresolved address is looked up by a helper first, and its first address taken that the socket can reach. If no
     * socket was made, one is made of the address's family.
     *
     * @throws IOException if it could not even begin; the dispatcher is for {@link #close} then
     */
    protected final void connect(SocketAddress address) throws IOException {
        requireFresh();
        Objects.requireNonNull(address, "address");
        boolean connected = endpoint.connect(address, loop, this);
        if (connected) { // a local socket may be there at once; the handler still hears of it from the loop
            interestChanged();
        }
    }

    /**
     * Takes over a connected socket, such as {@link #handleAccepted} is given.
     *
     * @throws IOException if the connection is broken or the loop is closed; {@link #close} closes the socket then
     */
    public final void setSocket(SocketChannel socket) throws IOException {
        requireFresh();
        Objects.requireNonNull(socket, "socket");
        endpoint.takeConnected(socket, loop, this);
        interestChanged();
    }

    /**
     * Takes over the end of a pipe that is read from; nothing can be written to it. Throws as {@link #setSocket} does.
     */
    public final void setSource(Pipe.SourceChannel source) throws IOException {
        requireFresh();
        Objects.requireNonNull(source, "source");
        endpoint.takePipe(source, new PipeTransport(source), loop, this);
        interestChanged();
    }

    /**
     * Takes over the end of a pipe that is written to; it hears of no input and of no end. Throws as {@link #setSocket}
     * does.
     */
    public final void setSink(Pipe.SinkChannel sink) throws IOException {
        requireFresh();
        Objects.requireNonNull(sink, "sink");
        endpoint.takePipe(sink, new PipeTransport(sink), loop, this);
        interestChanged();
    }

    private void requireFresh() {
        loop.requireLoopThread();
        if (!endpoint.is(State.FRESH)) {
            throw new IllegalStateException("too late for that: " + this);
        }
    }

    /** The address of this end, or null when there is none yet. */
    public final @Nullable SocketAddress localAddress() throws IOException {
        return endpoint.localAddress();
    }

    /** The protocol family of an address. */
    protected static ProtocolFamily familyOf(SocketAddress address) {
        return Endpoint.familyOf(address);
    }

    /**
     * Reads what is there into {@code target}: how many bytes, or 0. At the end of input {@link #handleEnd} is called,
     * once.
     */
    protected final int receive(ByteBuffer target) throws IOException {
        loop.requireLoopThread();
        int bytes = endpoint.read(target);
        if (bytes < 0) {
            inputEnded();
        }
        return Math.max(0, bytes);
    }

    /** Writes as much of {@code source} as is taken now. */
    protected final int send(ByteBuffer source) throws IOException {
        loop.requireLoopThread();
        return (int) endpoint.transport().write(new ByteBuffer[] {source}, 1);
    }

    final Transport transport() {
        return endpoint.transport();
    }

    /** From now on bytes pass through what {@code wrapper} makes of the transport there is. */
    final void wrapTransport(UnaryOperator<Transport> wrapper) {
        endpoint.wrap(wrapper);
    }

    /** Whether the peer has finished sending. */
    public final boolean hasEnded() {
        return endpoint.hasEnded();
    }

    /** Whether it is connected to a peer. */
    public final boolean isConnected() {
        return endpoint.is(State.CONNECTED);
    }

    /** Whether it accepts connections. */
    public final boolean isAccepting() {
        return endpoint.is(State.LISTENING);
    }

    /** Whether it was closed. */
    public final boolean isClosed() {
        return endpoint.is(State.CLOSED);
    }

    /** Closes the channel now, whatever is queued. Again is harmless. */
    public final void close() {
        loop.requireLoopThread();
        if (isClosed()) {
            return;
        }
        loop.remove(this);
        try {
            endpoint.close();
        } catch (IOException e) {
            LOG.debug("{} did not close cleanly: {}", this, e.toString());
        }
        cleanUp(this::release);
        cleanUp(this::closed);
    }

    private void cleanUp(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            LOG.error("{} failed to clean up", this, e);
        }
    }

    // interest

    /** Whether to be told of input. */
    protected boolean readable() {
        return true;
    }

    /** Whether to be told when output is taken. */
    protected boolean writable() {
        return true;
    }

    /** Something other than an event of this channel happened to it: the loop looks at it again before it waits. */
    public final void interestChanged() {
        loop.requireLoopThread();
        if (!changeEnlisted && !isClosed()) {
            changeEnlisted = true;
            loop.enlistChanged(this);
        }
    }

    // what the loop calls

    final Endpoint endpoint() {
        return endpoint;
    }

    final void settleChange() {
        changeEnlisted = false;
        Event.deliver(this, endpoint.isConnecting() ? SelectionKey.OP_CONNECT : Event.NONE);
    }

    final void resume() {
        resumeEnlisted = false;
        Event.deliver(this, Event.GO_ON);
    }

    /** Asks for {@link #goOn} in the loop's next turn. */
    final void resumeLater() {
        if (!resumeEnlisted) {
            resumeEnlisted = true;
            loop.enlistResuming(this);
        }
    }

    // events

    /** The connection that {@link #connect} asked for is there. */
    protected void handleConnect() throws IOException {
        LOG.warn("{} unhandled connect event", this);
    }

    /** Connections wait. By default they are accepted, and each is given to {@link #handleAccepted}. */
    protected void handleAccept() throws IOException {
        for (int accepted = 0; accepted < ACCEPTS_PER_EVENT && isAccepting(); accepted++) {
            SocketChannel socket = accept();
            if (socket == null) {
                return;
            }
            handOn(socket);
        }
    }

    /** Whatever goes wrong with one connection is not to cost those that come after it. */
    private void handOn(SocketChannel socket) throws IOException {
        try {
            handleAccepted(socket);
        } catch (IOException e) {
            LOG.debug("{} lost a connection before it began: {}", this, e.toString());
            socket.close();
        } catch (RuntimeException e) {
            LOG.error("{} failed with a connection that it accepted", this, e);
            socket.close();
        }
    }

    /** A connection was accepted; whoever does not override this closes it. */
    protected void handleAccepted(SocketChannel socket) throws IOException {
        LOG.warn("{} unhandled accepted event", this);
        socket.close();
    }

    /** There is input, or its end. */
    protected void handleRead() throws IOException {
        LOG.warn("{} unhandled read event", this);
    }

    /** Output is taken again. */
    protected void handleWrite() throws IOException {
        LOG.warn("{} unhandled write event", this);
    }

    /**
     * Something exceptional, such as urgent data. The JDK's selectors tell of no such thing, so that the loop never
     * calls this: urgent data is dropped by the system, or stands in line with the rest.
     */
    protected void handleExpt() throws IOException {
        LOG.warn("{} unhandled incoming priority event", this);
    }

    /** The peer has finished sending. By default that is a {@link #handleClose}. */
    protected void handleEnd() {
        handleClose();
    }

    /** The connection is lost, or the peer ended it. By default the channel closes. */
    protected void handleClose() {
        LOG.warn("{} unhandled close event", this);
        close();
    }

    /** A handler threw {@code failure}, or the channel failed. By default it is logged and the channel closes. */
    protected void handleError(Exception failure) {
        LOG.error("{} failed", this, failure);
        close();
    }

    /** The channel was closed, for whatever reason: give back what was held. Called once. */
    protected void closed() {}

    /** As {@link #handleEnd}, for the classes of this room. */
    void inputEnded() {
        handleEnd();
    }

    /** As {@link #closed}, for the classes of this room. */
    void release() {}

    /** Called at the end of every event and change: what must be done before the loop turns to others. */
    void settle() throws IOException {}

    /** Goes on with what an earlier turn left. */
    void goOn() throws IOException {}

    @Override
    public String toString() {
        return getClass().getSimpleName() + "@" + Integer.toHexString(System.identityHashCode(this)) + " "
                + endpoint.state().name().toLowerCase(Locale.ROOT) + endpoint.text();
    }
}
