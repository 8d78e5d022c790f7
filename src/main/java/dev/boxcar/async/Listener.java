// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections at one address and passes each on. When the system runs out of file descriptors, it pauses for a
 * moment instead of retrying continuously. Confined to the loop thread.
 */
public final class Listener extends Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** Receives the accepted connections. */
    @FunctionalInterface
    public interface AcceptHandler {
        /** Takes a connected socket over, on the loop's thread. */
        void accepted(SocketChannel socket) throws IOException;
    }

    private final AcceptHandler handler;
    private volatile @Nullable SocketAddress address;
    private boolean paused;

    /** A listener that is not open yet. */
    public Listener(EventLoop loop, AcceptHandler handler) {
        super(loop);
        this.handler = handler;
    }

    /** Binds to an address and listens. */
    public void open(SocketAddress wanted) throws IOException {
        open(wanted, 0);
    }

    /**
     * Binds to an address and listens.
     *
     * @param receiveBufferBytes the size of the system's receive buffer of each connection; 0 for its default
     */
    public void open(SocketAddress wanted, int receiveBufferBytes) throws IOException {
        createServerSocket(familyOf(wanted));
        if (receiveBufferBytes > 0) {
            setReceiveBuffer(receiveBufferBytes);
        }
        setReuseAddress(); // otherwise a restart would have to wait for old connections to time out
        bind(wanted);
        listen();
        address = localAddress();
    }

    /** The IP address and the actual port of a TCP listener. Any thread may call once it is open. */
    public InetSocketAddress address() {
        return (InetSocketAddress) boundAddress();
    }

    /** As {@link #address}, but also for a listener on a Unix domain socket. */
    public SocketAddress boundAddress() {
        SocketAddress bound = address;
        if (bound == null) {
            throw new IllegalStateException("not open: " + this);
        }
        return bound;
    }

    @Override
    protected boolean readable() {
        return !paused;
    }

    @Override
    protected void handleAccept() {
        try {
            super.handleAccept();
        } catch (IOException e) {
            LOG.warn("cannot accept connections for a moment: {}", e.getMessage());
            paused = true;
            loop().schedule(PAUSE, this::acceptAgain);
        }
    }

    /** Stays open: the failure of one connection must not end the listener. */
    @Override
    protected void handleError(Exception failure) {
        LOG.error("a connection was lost while it was accepted", failure);
    }

    private void acceptAgain() {
        paused = false;
        interestChanged();
    }

    @Override
    protected void handleAccepted(SocketChannel socket) throws IOException {
        handler.accepted(socket);
    }
}
