// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Listener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * The paper's proxy: connects each client to the target and shows the lines of both as they pass. The bytes pass
 * unchanged and without delay, even where the display is shortened.
 *
 * <p>Runs on a loop of its own. Any thread may close it.
 */
public final class Proxy implements AutoCloseable {
    /** How long a close waits until the last lines are written. */
    private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(2);

    private final EventLoop loop;
    private final Console console;
    private final InetSocketAddress target;
    private final Thread thread;
    private int sessions;

    private Proxy(EventLoop loop, InetSocketAddress target, OutputStream out) {
        this.loop = loop;
        this.target = target;
        this.console = Console.open(out, OutputStream.nullOutputStream(), () -> executeIfOpen(loop, this::resume));
        this.thread = new Thread(loop::serve, "proxy");
    }

    /**
     * Listens at {@code address}, prints that address on {@code out}, and serves until it is closed. The target's name
     * is looked up again for each session.
     *
     * @throws IOException if it cannot listen there; the message says why
     */
    public static Proxy start(InetSocketAddress address, String targetHost, int targetPort, OutputStream out)
            throws IOException {
        var target = InetSocketAddress.createUnresolved(targetHost, targetPort);
        var proxy = new Proxy(EventLoop.open("proxy"), target, out);
        proxy.thread.start();
        try {
            proxy.listen(address);
            return proxy;
        } catch (IOException e) {
            proxy.close();
            throw e;
        }
    }

    private void listen(InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("cannot listen on " + address.getHostString() + ": no such host");
        }
        var open = CompletableFuture.runAsync(() -> open(address), loop);
        try {
            open.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String reason = FailureText.reasonOf(cause);
            boolean inUse = cause instanceof BindException && reason.contains("in use");
            throw new IOException(
                    "cannot listen on " + text(address) + ": " + (inUse ? "the port is in use" : reason), cause);
        }
    }

    private void open(InetSocketAddress address) {
        var listener = new Listener(loop, this::accepted);
        try {
            listener.open(address);
            show("[proxy] listening on " + text(listener.address()) + ", for " + text(target));
        } catch (IOException e) {
            listener.close();
            throw new CompletionException(e);
        }
    }

    private void accepted(SocketChannel socket) throws IOException {
        String from = text((InetSocketAddress) socket.getRemoteAddress());
        sessions++;
        show("[proxy] (" + sessions + ") from " + from);
        new ProxySession(sessions, this, loop).start(socket);
    }

    /** The target, not resolved yet. */
    InetSocketAddress target() {
        return target;
    }

    void show(String line) {
        console.out((line + "\n").getBytes(UTF_8));
    }

    /** Whether the display is behind, so that sessions should not read more until it has caught up. */
    boolean isBehind() {
        return console.isBehind();
    }

    /** The address that the proxy listens at, with the actual port if it was started with port 0. */
    public InetSocketAddress address() {
        return CompletableFuture.supplyAsync(this::boundAddress, loop).join();
    }

    private InetSocketAddress boundAddress() {
        for (Dispatcher channel : loop.channels()) {
            try {
                if (channel.isAccepting() && channel.localAddress() instanceof InetSocketAddress bound) {
                    return bound;
                }
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }
        throw new IllegalStateException("the proxy is not listening");
    }

    private void resume() {
        loop.channels().forEach(Dispatcher::interestChanged);
    }

    private static void executeIfOpen(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // the loop is closed already
        }
    }

    /** Closes the listener and all sessions, and waits briefly until the last lines are shown. */
    @Override
    public void close() {
        loop.close();
        try {
            thread.join(FINISH_TIMEOUT.toMillis());
            console.finish(FINISH_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code 127.0.0.1:9025}, {@code [::1]:9025}, {@code mx.example:25}. */
    static String text(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + shortened(host) + "]" : host) + ":" + address.getPort();
    }

    private static String shortened(String ipv6) {
        return ipv6.replaceFirst("^0:0:0:0:0:0:0:", "::").replaceFirst("^::0$", "::");
    }
}
