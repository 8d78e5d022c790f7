// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.function.Function;

/** Accepts connections and gives each one to a new channel. */
final class Listener extends Dispatcher {
    private final Function<EventLoop, Dispatcher> protocol;

    Listener(EventLoop loop, SocketAddress address, Function<EventLoop, Dispatcher> protocol) throws IOException {
        super(loop);
        this.protocol = protocol;
        createServerSocket(familyOf(address));
        setReuseAddress();
        bind(address);
        listen();
    }

    @Override
    protected void handleAccepted(SocketChannel socket) throws IOException {
        protocol.apply(loop()).setSocket(socket);
    }
}
