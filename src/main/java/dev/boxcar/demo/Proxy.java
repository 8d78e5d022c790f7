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
 * The paper's proxy: whoever connects to it talks to the target, and what both say is shown line by line as it passes.
 * What passes is not changed, held back or cut, whatever is shown of it.
 *
 * <p>Runs on a loop of its own. Any thread may close it.
 */
public final class Proxy implements AutoCloseable {
    /** How long the end waits for a terminal to take the last lines. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final EventLoop loop;
    private final Console console;
    private final InetSocketAddress target;
    private final Thread thread;
    private int sessions;

    private Proxy(EventLoop loop, InetSocketAddress target, OutputStream out) {
        this.loop = loop;
        this.target = target;
        this.console = Console.open(out, OutputStream.nullOutputStream(), () -> later(loop, this::goOn));
        this.thread = new Thread(loop::serve, "proxy");
    }

    /**
     * Listens at {@code address}, says so on {@code out}, and serves until it is closed. The target's name is looked up
     * anew for each session.
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
            String reason = Failures.reasonOf(cause);
            boolean inUse = cause instanceof BindException && reason.contains("in use");
            throw new IOException(
                    "cannot listen on " + text(address) + ": " + (inUse ? "the port is in use" : reason), cause);
        }
    }

    private void open(InetSocketAddress address) {
        var listener = new Listener(loop, this::accepted);
        try {
            listener.open(address);
            say("[proxy] listening on " + text(listener.address()) + ", for " + text(target));
        } catch (IOException e) {
            listener.close();
            throw new CompletionException(e);
        }
    }

    private void accepted(SocketChannel socket) throws IOException {
        String from = text((InetSocketAddress) socket.getRemoteAddress());
        sessions++;
        say("[proxy] (" + sessions + ") from " + from);
        new ProxySession(sessions, this, loop).begin(socket);
    }

    /** The target, by its name. */
    InetSocketAddress target() {
        return target;
    }

    void say(String line) {
        console.out((line + "\n").getBytes(UTF_8));
    }

    /** Whether no more is to be read until what was read is shown. */
    boolean isBehind() {
        return console.isBehind();
    }

    /** Where it listens: the first listener there is. For those who gave it port 0. */
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
        throw new IllegalStateException("the proxy does not listen");
    }

    private void goOn() {
        loop.channels().forEach(Dispatcher::interestChanged);
    }

    private static void later(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // it is closed, and there is nobody to go on
        }
    }

    /** Closes the listener and all sessions, and waits for a moment until the last lines are shown. */
    @Override
    public void close() {
        loop.close();
        try {
            thread.join(LAST_WORDS.toMillis());
            console.finish(LAST_WORDS);
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

    private static String shortened(String six) {
        return six.replaceFirst("^0:0:0:0:0:0:0:", "::").replaceFirst("^::0$", "::");
    }
}
