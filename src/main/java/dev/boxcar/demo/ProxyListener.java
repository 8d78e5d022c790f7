// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts those who want to talk through the proxy. Confined to the loop thread. */
final class ProxyListener extends Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyListener.class);
    /** The system has no more file descriptors: to try again at once would be in vain without end. */
    private static final Duration REST = Duration.ofMillis(200);

    /** What begins a session. */
    interface Accepted {
        void socket(SocketChannel socket) throws IOException;
    }

    private final Accepted accepted;
    private boolean resting;

    ProxyListener(EventLoop loop, Accepted accepted) {
        super(loop);
        this.accepted = accepted;
    }

    /** Binds and listens; the address that it really got. */
    InetSocketAddress open(InetSocketAddress address) throws IOException {
        createServerSocket(familyOf(address));
        setReuseAddress();
        bind(address);
        listen();
        return localAddress() instanceof InetSocketAddress bound ? bound : address;
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

    private void goOn() {
        resting = false;
        interestChanged();
    }

    @Override
    protected void handleAccepted(SocketChannel socket) throws IOException {
        accepted.socket(socket);
    }
}
