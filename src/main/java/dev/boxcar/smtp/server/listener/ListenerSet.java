// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.listener;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Listener;
import dev.boxcar.smtp.server.SmtpServer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes the listeners of a loop. Its methods wait for that loop, so any thread but the loop's calls them.
 */
public final class ListenerSet {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerSet.class);
    /** A free port of one loopback may be taken on the other one; then another is tried. */
    private static final int PORT_TRIES = 20;

    private static final int LAST_RESERVED_PORT = 1023;

    private final EventLoop loop;
    private final Accepted accepted;

    /** What begins with a connection. */
    @FunctionalInterface
    public interface Accepted {
        /** Takes over the socket that came by this door, on the loop's thread. */
        void socket(OpenListener door, SocketChannel socket) throws IOException;
    }

    public ListenerSet(EventLoop loop, Accepted accepted) {
        this.loop = loop;
        this.accepted = accepted;
    }

    /** As {@link SmtpServer#listen}. */
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
                if (options.port() != 0 || tries == PORT_TRIES) {
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
        Listener four = open(options, new InetSocketAddress(resolve("127.0.0.1"), options.port()));
        InetSocketAddress first = four.address();
        InetAddress six = resolve("::1");
        if (!isOurs(six)) {
            LOG.debug("this machine has no IPv6 loopback");
            return List.of(first);
        }
        try {
            return List.of(
                    first,
                    open(options, new InetSocketAddress(six, first.getPort())).boundAddress());
        } catch (IOException e) {
            onLoop(() -> close(four));
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
        var door = new OpenListener(options);
        var listener = new Listener(loop, socket -> accepted.socket(door, socket));
        try {
            listener.open(address);
            door.isAt(AddressText.of(listener.boundAddress()));
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
     * The system's own words may be in any language: what cannot be bound though it is ours, and not reserved, is in
     * use.
     */
    private static boolean isInUse(IOException e, SocketAddress address) throws IOException {
        return e instanceof BindException
                && address instanceof InetSocketAddress inet
                && inet.getPort() > LAST_RESERVED_PORT
                && isOurs(inet.getAddress());
    }

    private static boolean isOurs(InetAddress address) throws IOException {
        return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    public void closeAll() throws IOException {
        onLoop(() -> {
            loop.channels().stream().filter(Listener.class::isInstance).forEach(Dispatcher::close);
            return loop;
        });
    }

    /** Runs a task on the loop and waits for what it returns. */
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
