// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

/** An HTTP server over routes. Its methods may be called by any thread; requests run on threads of its own. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int MOST_THREADS = 64;
    private static final int LEAST_THREADS = 4;
    private static final int HEAD_BYTES = 32 * 1024;
    private static final Duration IDLE = Duration.ofSeconds(60);
    /** How long answers on their way may take when the server ends. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    /**
     * What a server is given.
     *
     * @param host where to listen; {@code localhost} is both loopbacks
     * @param port 0 takes a free one
     * @param webRoot empty, or the path below which everything stands: {@code /mail}
     * @param accounts who may use it
     * @param guard which hosts and pages may
     * @param tls for HTTPS, or null
     */
    public record Options(
            String host,
            int port,
            String webRoot,
            WebAccounts accounts,
            OriginGuard guard,
            @Nullable SSLContext tls) {
        /** A web root in the one form that is used here. */
        public Options {
            String path = String.join("/", Router.segments(webRoot));
            webRoot = path.isEmpty() ? "" : "/" + path;
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
     * Listens and serves.
     *
     * @throws IOException whose message is one line that says what is in the way
     */
    public static HttpServer start(Options options, Router router) throws IOException {
        List<ServerSocketChannel> sockets = ListeningSockets.listen(options.host(), options.port());
        var threads = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
        threads.setName("boxcar-web");
        threads.setDaemon(true);
        var jetty = new Server(threads);
        jetty.setStopTimeout(LAST_ANSWERS.toMillis());
        SslContextFactory.Server tls = options.tls() == null ? null : new SslContextFactory.Server();
        if (tls != null) {
            tls.setSslContext(options.tls());
        }
        var addresses = new ArrayList<InetSocketAddress>();
        try {
            for (ServerSocketChannel socket : sockets) {
                addresses.add((InetSocketAddress) socket.getLocalAddress());
                var connector = new ServerConnector(jetty, 1, 1, factories(tls));
                connector.setIdleTimeout(IDLE.toMillis());
                connector.open(socket);
                jetty.addConnector(connector);
            }
            var webSockets = ServerWebSocketContainer.ensure(jetty);
            webSockets.setIdleTimeout(Duration.ZERO);
            jetty.setHandler(new RequestHandler(router, options));
            jetty.setErrorHandler((request, response, callback) -> { // of what is not even HTTP
                response.getHeaders().put("Content-Type", "text/plain; charset=utf-8");
                Content.Sink.write(response, true, response.getStatus() + " not a request that is served\n", callback);
                return true;
            });
            jetty.start();
        } catch (Exception e) {
            ListeningSockets.closeAll(sockets);
            throw e instanceof IOException failure
                    ? failure
                    : new IOException("the web interface does not start: " + e.getMessage(), e);
        }
        return new HttpServer(jetty, List.copyOf(addresses), options, tls);
    }

    private static ConnectionFactory[] factories(SslContextFactory.@Nullable Server tls) {
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(HEAD_BYTES);
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
            tls.reload(ours -> ours.setSslContext(context));
        } catch (Exception e) {
            throw new IllegalStateException("the web interface does not take the certificate", e);
        }
    }

    /** The addresses that are really listened to. */
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** Where a browser finds each address, with a slash at the end. */
    public List<String> urls() {
        String scheme = options.tls() == null ? "http" : "https";
        return addresses.stream()
                .map(address -> scheme + "://" + ListeningSockets.text(address) + options.webRoot() + "/")
                .toList();
    }

    /** Whether this address is one of this server's own, so that nothing of its own calls it. */
    public boolean isOwn(InetAddress address, int port) {
        return addresses.stream()
                .anyMatch(own -> own.getPort() == port
                        && (own.getAddress().isAnyLocalAddress()
                                || own.getAddress().equals(address)));
    }

    /** Ends: no more requests, those begun have a moment to be answered. */
    @Override
    public void close() throws IOException {
        try {
            jetty.stop();
        } catch (Exception e) {
            if (e instanceof TimeoutException || e.getCause() instanceof TimeoutException) {
                LOG.debug("requests were cut off: they wait, or their clients are slow");
                return;
            }
            throw new IOException("the web interface did not stop: " + e.getMessage(), e);
        }
    }
}
