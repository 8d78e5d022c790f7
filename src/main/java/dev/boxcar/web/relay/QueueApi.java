// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.Route;
import dev.boxcar.web.http.Router;
import java.io.IOException;
import java.io.InputStream;

/** The API of the relay: the routes of {@code /api/boxcar/v1}. */
final class QueueApi {
    private static final String BASE = "/api/boxcar/v1";

    private final QueueResource queue;
    private final QueueChangeResource changes;
    private final QueueEvents events;
    private final RelayInfo info;
    private final String webRoot;

    QueueApi(RelayView relay, RelayInfo info, String webRoot) {
        this.queue = new QueueResource(relay);
        this.changes = new QueueChangeResource(relay);
        this.events = new QueueEvents(relay);
        this.info = info;
        this.webRoot = webRoot;
    }

    /** Adds the routes. */
    void addTo(Router router) {
        router.addJsonProblems(BASE);
        add(router, "GET", "/queue", queue::list);
        add(router, "GET", "/queue/statistics", queue::statistics);
        add(router, "GET", "/queue/destinations", queue::destinations);
        add(router, "POST", "/queue/{change}", changes::changeSeveral);
        add(router, "GET", "/queue/{id}", queue::get);
        add(router, "DELETE", "/queue/{id}", changes::delete);
        add(router, "GET", "/queue/{id}/attempts", queue::attempts);
        add(router, "POST", "/queue/{id}/{change}", changes::change);
        add(router, "GET", "/events", events::open);
        add(router, "GET", "/about", this::about);
        add(router, "GET", "/openapi.json", this::document);
    }

    private static void add(Router router, String method, String path, Route.Handler handler) {
        router.add(method, BASE + path, handler);
    }

    /** The event streams of all clients. */
    QueueEvents events() {
        return events;
    }

    private void about(HttpExchange exchange) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeStringField("version", info.version());
            json.writeStringField("hostname", info.hostname());
            json.writeStringField("label", info.label());
            json.writeEndObject();
        });
    }

    /** GET the OpenAPI document. Its server is the path of this API on this server. */
    private void document(HttpExchange exchange) throws IOException {
        try (InputStream in = QueueApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing from the jar");
            }
            String document =
                    new String(in.readAllBytes(), UTF_8).replace('"' + BASE + '"', '"' + webRoot + BASE + '"');
            exchange.bytes("application/json", document.getBytes(UTF_8));
        }
    }
}
