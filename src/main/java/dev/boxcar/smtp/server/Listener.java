// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections at one address and hands each on. When the system has no more file descriptors it rests for a moment instead
 * of trying in vain without end. Confined to its loop's thread.
 */
final class Listener extends Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final Duration REST = Duration.ofMillis(200);

    private final Consumer<SocketChannel> accepted;
    private volatile @Nullable InetSocketAddress address;
    private boolean resting;

    Listener(EventLoop loop, Consumer<SocketChannel> accepted) {
        super(loop);
        this.accepted = accepted;
    }

    /** Binds and listens. */
    void open(InetSocketAddress wanted) throws IOException {
        createServerSocket(familyOf(wanted));
        setReuseAddress(); // or a restart would wait for the old connections to fade out
        bind(wanted);
        listen();
        if (localAddress() instanceof InetSocketAddress bound) {
            address = bound;
        }
    }

    /** The address that it really got; any thread, once it is open. */
    InetSocketAddress address() {
        InetSocketAddress bound = address;
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
            loop().schedule(REST, this::goOn);
        }
    }

    /** One connection that could not be served is no reason to serve none. */
    @Override
    protected void handleError(Exception failure) {
        LOG.error("a connection was lost when it came", failure);
    }

    private void goOn() {
        resting = false;
        interestChanged();
    }

    @Override
    protected void handleAccepted(SocketChannel socket) {
        accepted.accept(socket);
    }
}
