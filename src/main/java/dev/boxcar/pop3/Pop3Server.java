// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Listener;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.unit.ListenHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A POP3 server with an event loop of its own (RFC 1939). Its methods may be called by any thread except the loop's.
 */
public final class Pop3Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pop3Server.class);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);
    private static final byte[] FULL = "-ERR [SYS/TEMP] too many connections\r\n".getBytes(US_ASCII);

    /** When TLS begins on a listener. */
    public enum Tls {
        /** At STLS, if the server has TLS (RFC 2595). */
        STLS,
        /** With the first byte (RFC 8314 §3.3). */
        IMPLICIT
    }

    private final EventLoop loop;
    private final Pop3Service service;
    private final Thread thread;

    private Pop3Server(EventLoop loop, Pop3Service service) {
        this.loop = loop;
        this.service = service;
        this.thread = new Thread(loop::serve, "boxcar-pop3");
    }

    /**
     * Starts a server that does not listen yet.
     *
     * @param tls supplies the TLS settings for each handshake; it returns null while there is no TLS
     * @throws IOException if the system has no resources for an event loop
     */
    public static Pop3Server start(
            Pop3Options options,
            Maildrops maildrops,
            Pop3Authenticator authenticator,
            Supplier<@Nullable TlsSettings> tls)
            throws IOException {
        var server = new Pop3Server(EventLoop.open("pop3"), new Pop3Service(options, maildrops, authenticator, tls));
        server.thread.start();
        return server;
    }

    /**
     * Opens listeners: at both loopback addresses for {@code localhost}, otherwise at the address of {@code host}.
     *
     * @param port 0 takes a free port, the same for both loopback addresses
     * @return the addresses that the server now listens on
     * @throws IOException whose message is one line that says what prevents it
     */
    public List<InetSocketAddress> listen(String host, int port, Tls when) throws IOException {
        return ListenHost.open(host, port, new Opener(when)).stream()
                .map(Listener::address)
                .toList();
    }

    /** Opens and closes listeners on the loop. */
    private final class Opener implements ListenHost.Opener<Listener> {
        private final Tls when;

        Opener(Tls when) {
            this.when = when;
        }

        @Override
        public Listener open(InetSocketAddress address) throws IOException {
            try {
                return CompletableFuture.supplyAsync(() -> openOnLoop(address), loop)
                        .join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof UncheckedIOException failure ? failure.getCause() : new IOException(e);
            }
        }

        private Listener openOnLoop(InetSocketAddress address) {
            var listener = new Listener(loop, socket -> accepted(socket, when));
            try {
                listener.open(address);
                return listener;
            } catch (IOException e) {
                listener.close();
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int port(Listener listener) {
            return listener.address().getPort();
        }

        @Override
        public void close(Listener listener) {
            CompletableFuture.runAsync(listener::close, loop).join();
        }
    }

    private void accepted(SocketChannel socket, Tls when) throws IOException {
        TlsSettings implicit = when == Tls.IMPLICIT ? service.tls() : null;
        if (service.isFull() || (when == Tls.IMPLICIT && implicit == null)) {
            LOG.warn(
                    "client={} refused: {}",
                    socket.getRemoteAddress(),
                    service.isFull() ? "too many connections" : "no TLS yet");
            try (socket) {
                if (when == Tls.STLS) {
                    socket.configureBlocking(false);
                    socket.write(ByteBuffer.wrap(FULL));
                }
            }
            return;
        }
        var session = new Pop3Session(loop, service);
        service.began(session);
        LOG.info("{} connected from={}", session, socket.getRemoteAddress());
        try {
            session.setSocket(socket);
            session.begin(implicit);
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * Tells all clients that the server shuts down, and closes the sessions and the listeners. Takes at most a few
     * seconds; calling it again is harmless.
     */
    @Override
    public void close() {
        try {
            CompletableFuture.runAsync(this::shutDownSessions, loop).join();
        } catch (RejectedExecutionException | CompletionException e) {
            LOG.debug("the POP3 loop has ended already: {}", e.toString());
        }
        loop.close();
        try {
            thread.join(SHUTDOWN_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void shutDownSessions() {
        for (Pop3Session session : service.sessions()) {
            session.shutDown();
            session.interestChanged();
        }
    }
}
