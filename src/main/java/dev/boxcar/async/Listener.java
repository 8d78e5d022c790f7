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
 * Accepts connections at one address and hands each on. When the system has no more file descriptors it rests for a
 * moment instead of trying in vain without end. Confined to its loop's thread.
 */
public final class Listener extends Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final Duration REST = Duration.ofMillis(200);

    /** What begins with a connection. */
    @FunctionalInterface
    public interface AcceptHandler {
        /** Takes the socket over, on the loop's thread. */
        void socket(SocketChannel socket) throws IOException;
    }

    private final AcceptHandler accepted;
    private volatile @Nullable SocketAddress address;
    private boolean resting;

    /** A listener that is not open yet. */
    public Listener(EventLoop loop, AcceptHandler accepted) {
        super(loop);
        this.accepted = accepted;
    }

    /** Binds and listens. */
    public void open(SocketAddress wanted) throws IOException {
        createServerSocket(familyOf(wanted));
        setReuseAddress(); // or a restart would wait for the old connections to fade out
        bind(wanted);
        listen();
        address = localAddress();
    }

    /** The address of the internet that it really got; any thread, once it is open. */
    public InetSocketAddress address() {
        return (InetSocketAddress) boundAddress();
    }

    /** The same, also of one at a Unix-domain socket. */
    public SocketAddress boundAddress() {
        SocketAddress bound = address;
        if (bound == null) {
            throw new IllegalStateException("not open: " + this);
        }
        return bound;
    }

    @Override
    protected boolean readable() {
        return !resting;
    }

    @Override
    protected void handleAccept() {
        try {
            super.handleAccept();
        } catch (IOException e) {
            LOG.warn("cannot accept connections for a moment: {}", e.getMessage());
            resting = true;
            loop().schedule(REST, this::acceptAgain);
        }
    }

    /** One connection that could not be served is no reason to serve none. */
    @Override
    protected void handleError(Exception failure) {
        LOG.error("a connection was lost when it came", failure);
    }

    private void acceptAgain() {
        resting = false;
        interestChanged();
    }

    @Override
    protected void handleAccepted(SocketChannel socket) throws IOException {
        accepted.socket(socket);
    }
}
