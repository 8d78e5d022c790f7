// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpServer;
import dev.boxcar.web.http.Route;
import dev.boxcar.web.http.Router;
import dev.boxcar.web.http.StaticFiles;
import java.io.IOException;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import javax.net.ssl.SSLContext;

/**
 * Serves the page, the API, the metrics and the health of a relay. Its methods may be called on any thread. Requests
 * run on the web server's own threads.
 */
public final class RelayWebInterface implements AutoCloseable {
    private static final long TELL_INTERVAL_MILLIS = 500;
    private static final long PING_INTERVAL_MILLIS = 20_000;
    private static final String PAGE = "relay.html";

    private final HttpServer server;
    private final QueueEvents events;
    private final Timer timer = new Timer("boxcar-web-events", true);

    private RelayWebInterface(HttpServer server, QueueEvents events) {
        this.server = server;
        this.events = events;
        repeat(events::tell, TELL_INTERVAL_MILLIS);
        repeat(events::ping, PING_INTERVAL_MILLIS);
    }

    private void repeat(Runnable task, long millis) {
        var repeated = new TimerTask() {
            @Override
            public void run() {
                task.run();
            }
        };
        timer.schedule(repeated, millis, millis);
    }

    /**
     * Starts to serve.
     *
     * @throws IOException if the server cannot start; the message is one line that says why
     */
    public static RelayWebInterface start(HttpServer.Bound bound, RelayView relay, RelayInfo info) throws IOException {
        String webRoot = bound.options().webRoot();
        var api = new QueueApi(relay, info, webRoot);
        HttpServer server = HttpServer.start(bound, router(api, relay, info, webRoot));
        return new RelayWebInterface(server, api.events());
    }

    /** All routes, in the order in which they are tried. */
    static Router router(QueueApi api, RelayView relay, RelayInfo info, String webRoot) {
        var files = new StaticFiles(webRoot);
        var metrics = new RelayMetrics(relay, info);
        var router = new Router();
        api.addTo(router);
        return router.add(new Route("GET", "/livez", Route.Access.PUBLIC, exchange -> live(exchange, relay)))
                .add(new Route("GET", "/readyz", Route.Access.PUBLIC, exchange -> ready(exchange, relay)))
                .add("GET", "/metrics", metrics::scrape)
                .add("GET", "/", exchange -> files.serve(exchange, PAGE))
                .add("GET", "/queue/{id}", exchange -> files.serve(exchange, PAGE))
                .add("GET", "/{name...}", exchange -> files.serve(exchange, exchange.parameter("name")));
    }

    /** Whether the scheduler responds. */
    private static void live(HttpExchange exchange, RelayView relay) {
        try {
            relay.awaitResponse();
            exchange.text(200, "ok\n");
        } catch (IOException e) {
            exchange.text(503, e.getMessage() + "\n");
        }
    }

    /** Whether mail is accepted. A destination that is down does not matter: its mail waits in the queue. */
    private static void ready(HttpExchange exchange, RelayView relay) {
        String obstacle = relay.obstacle();
        exchange.text(obstacle == null ? 200 : 503, obstacle == null ? "ready\n" : obstacle + "\n");
    }

    /** Uses {@code tls} for all new HTTPS connections. */
    public void replaceTls(SSLContext tls) {
        server.replaceTls(tls);
    }

    /** The addresses to open in a browser. */
    public List<String> urls() {
        return server.urls();
    }

    /** Stops the server. Requests in progress get a moment to finish; event streams are closed. */
    @Override
    public void close() throws IOException {
        timer.cancel();
        events.closeAll();
        server.close();
    }
}
