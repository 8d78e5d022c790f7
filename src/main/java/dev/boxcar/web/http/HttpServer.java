// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import dev.boxcar.unit.AddressText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP server for a {@link Router}. Any thread may call its methods. Requests run on its own threads. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int MAX_THREADS = 64;
    private static final int MIN_THREADS = 4;
    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    /** How long requests in progress may take when the server stops. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    /**
     * The configuration of a server.
     *
     * @param host the address to listen on; {@code localhost} means both loopback addresses
     * @param port the port; 0 picks a free one
     * @param webRoot empty, or the path that all routes begin with: {@code /mail}
     * @param accounts the names and passwords of the users; without accounts, everyone may use the server
     * @param guard which Host and Origin fields are accepted
     * @param tls for HTTPS; null for plain HTTP
     */
    public record Options(
            String host,
            int port,
            String webRoot,
            WebAccounts accounts,
            OriginGuard guard,
            @Nullable SSLContext tls) {
        /** Normalizes the web root. */
        public Options {
            String path = String.join("/", Router.segments(webRoot));
            webRoot = path.isEmpty() ? "" : "/" + path;
        }
    }

    /**
     * The configuration of a server and its sockets. Connections wait until {@link #start} is called, so a program can
     * find out that the port is free before it starts anything else.
     */
    public record Bound(Options options, List<ServerSocketChannel> sockets) implements AutoCloseable {
        /** Closes the sockets of a server that will not start. */
        @Override
        public void close() {
            ListeningSockets.closeAll(sockets);
        }
    }

    private final Server jetty;
    private final List<InetSocketAddress> addresses;
    private final Options options;
    private final SslContextFactory.@Nullable Server tls;

    private HttpServer(
            Server jetty, List<InetSocketAddress> addresses, Options options, SslContextFactory.@Nullable Server tls) {
        this.jetty = jetty;
        this.tls = tls;
        this.addresses = addresses;
        this.options = options;
    }

    /**
     * Listens, without serving any request yet.
     *
     * @throws IOException if the port is in use; the message is one line that says so
     */
    public static Bound bind(Options options) throws IOException {
        return new Bound(options, ListeningSockets.listen(options.host(), options.port()));
    }

    /**
     * Starts a server.
     *
     * @throws IOException if it cannot start; the message is one line that says why
     */
    public static HttpServer start(Options options, Router router) throws IOException {
        return start(bind(options), router);
    }

    /**
     * Starts a server on sockets that listen already, and closes them if it cannot start.
     *
     * @throws IOException if it cannot start; the message is one line that says why
     */
    public static HttpServer start(Bound bound, Router router) throws IOException {
        Options options = bound.options();
        // Jetty's own queue would start the JMX server of the JVM, to ask it for the size of a cache line.
        var threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS, new LinkedBlockingQueue<>());
        threads.setName("boxcar-web");
        threads.setDaemon(true);
        var jetty = new Server(threads);
        jetty.setStopTimeout(STOP_TIMEOUT.toMillis());
        SslContextFactory.Server tls = options.tls() == null ? null : new SslContextFactory.Server();
        if (tls != null) {
            tls.setSslContext(options.tls());
        }
        var addresses = new ArrayList<InetSocketAddress>();
        try {
            for (ServerSocketChannel socket : bound.sockets()) {
                addresses.add((InetSocketAddress) socket.getLocalAddress());
                var connector = new ServerConnector(jetty, 1, 1, factories(tls));
                connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
                connector.open(socket);
                jetty.addConnector(connector);
            }
            var webSockets = ServerWebSocketContainer.ensure(jetty);
            webSockets.setIdleTimeout(Duration.ZERO);
            jetty.setHandler(new RequestHandler(router, options));
            jetty.setErrorHandler((request, response, callback) -> { // for input that is not valid HTTP
                response.getHeaders().put("Content-Type", "text/plain; charset=utf-8");
                Content.Sink.write(response, true, response.getStatus() + " invalid request\n", callback);
                return true;
            });
            jetty.start();
        } catch (Exception e) {
            bound.close();
            throw e instanceof IOException failure
                    ? failure
                    : new IOException("the web interface cannot start: " + e.getMessage(), e);
        }
        return new HttpServer(jetty, List.copyOf(addresses), options, tls);
    }

    private static ConnectionFactory[] factories(SslContextFactory.@Nullable Server tls) {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
        configuration.setUriCompliance(UriCompliance.RFC3986.with(
                "boxcar",
                UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING));
        var http = new HttpConnectionFactory(configuration);
        if (tls == null) {
            return new ConnectionFactory[] {http};
        }
        return new ConnectionFactory[] {new SslConnectionFactory(tls, http.getProtocol()), http};
    }

    /** Uses {@code context} for all new TLS handshakes. Does nothing when the server speaks plain HTTP. */
    public void replaceTls(SSLContext context) {
        if (tls == null) {
            return;
        }
        try {
            tls.reload(factory -> factory.setSslContext(context));
        } catch (Exception e) {
            throw new IllegalStateException("the web interface does not take the certificate", e);
        }
    }

    /** The addresses that the server listens on, with their actual ports. */
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** The URL of each address, ending in a slash. */
    public List<String> urls() {
        String scheme = options.tls() == null ? "http" : "https";
        return addresses.stream()
                .map(address -> scheme + "://" + AddressText.of(address) + options.webRoot() + "/")
                .toList();
    }

    /** Whether the server listens on this address, so that it must not send requests to it. */
    public boolean isOwn(InetAddress address, int port) {
        return addresses.stream()
                .anyMatch(own -> own.getPort() == port
                        && (own.getAddress().isAnyLocalAddress()
                                || own.getAddress().equals(address)));
    }

    /** Stops the server. Requests in progress get a moment to finish. */
    @Override
    public void close() throws IOException {
        try {
            jetty.stop();
        } catch (Exception e) {
            if (e instanceof TimeoutException || e.getCause() instanceof TimeoutException) {
                LOG.debug("some requests did not finish before the server stopped");
                return;
            }
            throw new IOException("the web interface did not stop: " + e.getMessage(), e);
        }
    }
}
