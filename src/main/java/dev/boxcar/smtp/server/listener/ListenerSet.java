// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.listener;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Listener;
import dev.boxcar.smtp.server.port.AddressText;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of a server, all on one loop. Its methods wait for that loop, so any thread may call them but the
 * loop's own.
 */
public final class ListenerSet {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerSet.class);
    /** A port that is free on one loopback address may be in use on the other; then another port is tried. */
    private static final int MAX_PORT_TRIES = 20;

    private static final int LAST_RESERVED_PORT = 1023;

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
            return List.of(open(options, socketAddress(options.path())).boundAddress());
        }
        if (!options.host().equals("localhost")) {
            return List.of(open(options, new InetSocketAddress(resolve(options.host()), options.port()))
                    .boundAddress());
        }
        for (int tries = 1; ; tries++) {
            try {
                return listenAtLoopbacks(options);
            } catch (IOException e) {
                if (options.port() != 0 || tries == MAX_PORT_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static SocketAddress socketAddress(String path) throws IOException {
        try {
            return UnixDomainSocketAddress.of(path);
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot listen on unix:" + path + ": " + e.getMessage(), e);
        }
    }

    private static InetAddress resolve(String host) throws IOException {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("cannot listen on " + host + ": no such host", e);
        }
    }

    private List<SocketAddress> listenAtLoopbacks(ListenerOptions options) throws IOException {
        Listener ipv4 = open(options, new InetSocketAddress(resolve("127.0.0.1"), options.port()));
        InetSocketAddress first = ipv4.address();
        InetAddress ipv6 = resolve("::1");
        if (!isLocal(ipv6)) {
            LOG.debug("this machine has no IPv6 loopback");
            return List.of(first);
        }
        try {
            return List.of(
                    first,
                    open(options, new InetSocketAddress(ipv6, first.getPort())).boundAddress());
        } catch (IOException e) {
            onLoop(() -> close(ipv4));
            throw e;
        }
    }

    private Listener open(ListenerOptions options, SocketAddress address) throws IOException {
        try {
            return onLoop(() -> openOnLoop(options, address));
        } catch (IOException e) {
            String reason = isInUse(e, address) ? "the port is in use" : String.valueOf(e.getMessage());
            throw new IOException("cannot listen on " + AddressText.of(address) + ": " + reason, e);
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

    private static Dispatcher close(Dispatcher listener) {
        listener.close();
        return listener;
    }

    /**
     * Whether the port is in use. The system's own message may be in any language; but if an unreserved port of a local
     * address cannot be bound, then it is in use.
     */
    private static boolean isInUse(IOException e, SocketAddress address) throws IOException {
        return e instanceof BindException
                && address instanceof InetSocketAddress inet
                && inet.getPort() > LAST_RESERVED_PORT
                && isLocal(inet.getAddress());
    }

    private static boolean isLocal(InetAddress address) throws IOException {
        return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
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
