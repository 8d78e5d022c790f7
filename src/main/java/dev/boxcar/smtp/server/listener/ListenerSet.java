// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.listener;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Listener;
import dev.boxcar.unit.AddressText;
import dev.boxcar.unit.ListenHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * The listeners of a server, all on one loop. Its methods wait for that loop, so any thread may call them but the
 * loop's own.
 */
public final class ListenerSet {
    private final EventLoop loop;
    private final Accepted accepted;

    /** Receives the accepted connections. */
    @FunctionalInterface
    public interface Accepted {
        /** A client has connected to this listener. Called on the loop's thread; takes the socket over. */
        void socket(OpenListener listener, SocketChannel socket) throws IOException;
    }

    public ListenerSet(EventLoop loop, Accepted accepted) {
        this.loop = loop;
        this.accepted = accepted;
    }

    /** Opens a listener, or two for {@code localhost}; returns the addresses that they listen on. */
    public List<SocketAddress> listen(ListenerOptions options) throws IOException {
        if (!options.path().isEmpty()) {
            return List.of(openAt(options, socketAddress(options.path())).boundAddress());
        }
        return ListenHost.open(options.host(), options.port(), new Opener(options)).stream()
                .map(Listener::boundAddress)
                .toList();
    }

    private static SocketAddress socketAddress(String path) throws IOException {
        try {
            return UnixDomainSocketAddress.of(path);
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot listen on unix:" + path + ": " + e.getMessage(), e);
        }
    }

    /** Opens and closes listeners with these options, on the loop. */
    private final class Opener implements ListenHost.Opener<Listener> {
        private final ListenerOptions options;

        Opener(ListenerOptions options) {
            this.options = options;
        }

        @Override
        public Listener open(InetSocketAddress address) throws IOException {
            return onLoop(() -> openOnLoop(options, address));
        }

        @Override
        public int port(Listener listener) {
            return listener.address().getPort();
        }

        @Override
        public void close(Listener listener) throws IOException {
            onLoop(() -> {
                listener.close();
                return listener;
            });
        }
    }

    private Listener openAt(ListenerOptions options, SocketAddress address) throws IOException {
        try {
            return onLoop(() -> openOnLoop(options, address));
        } catch (IOException e) {
            throw new IOException("cannot listen on " + AddressText.of(address) + ": " + e.getMessage(), e);
        }
    }

    private Listener openOnLoop(ListenerOptions options, SocketAddress address) throws IOException {
        var opened = new OpenListener(options);
        var listener = new Listener(loop, socket -> accepted.socket(opened, socket));
        try {
            listener.open(address, options.receiveBuffer());
            opened.setAddress(AddressText.of(listener.boundAddress()));
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    public void closeAll() throws IOException {
        closeIf(listener -> true);
    }

    /** Closes the listener at this address, if there is one. */
    public void close(SocketAddress address) throws IOException {
        closeIf(listener -> listener.boundAddress().equals(address));
    }

    private void closeIf(Predicate<Listener> wanted) throws IOException {
        onLoop(() -> {
            loop.channels().stream()
                    .filter(Listener.class::isInstance)
                    .map(Listener.class::cast)
                    .filter(wanted)
                    .forEach(Dispatcher::close);
            return loop;
        });
    }

    /** Runs a task on the loop and waits for its result. */
    private <T> T onLoop(Callable<T> task) throws IOException {
        var result = new CompletableFuture<T>();
        try {
            loop.execute(() -> {
                try {
                    result.complete(task.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            });
            return result.join();
        } catch (RejectedExecutionException e) {
            throw new IOException("the server is shut down", e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
