// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.lab.fault.FaultLog;
import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.record.Recorder;
import dev.boxcar.sink.Inbox;
import dev.boxcar.spool.Spool;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.Route;
import dev.boxcar.web.http.Router;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.RequestParameters;
import dev.boxcar.web.request.ServerInfo;
import dev.boxcar.web.request.WriteOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Boxcar's own API: the routes of {@code /api/boxcar/v1}. */
public final class BoxcarApi {
    private static final String BASE = "/api/boxcar/v1";

    private final MessageListResource messages;
    private final SingleMessageResource message;
    private final BulkReleaseResource releases;
    private final AboutResource about;
    private final SessionListResource sessions;
    private final SessionResource session;
    private final ScriptResource scripts;
    private final EventStreamResource events;
    private final String webRoot;

    /** An API for this inbox. */
    public BoxcarApi(
            Inbox inbox,
            Spool spool,
            ServerInfo server,
            String webRoot,
            @Nullable Webhook webhook,
            @Nullable Recorder recorder,
            FaultLog faults,
            @Nullable ScriptFaults scripts,
            @Nullable MessageRelease release,
            Clock clock) {
        this.webRoot = webRoot;
        var parameters = new RequestParameters(inbox, clock);
        this.messages = new MessageListResource(parameters);
        this.message = new SingleMessageResource(parameters);
        this.releases = new BulkReleaseResource(parameters, release);
        this.sessions = new SessionListResource(recorder);
        this.session = new SessionResource(recorder, faults);
        this.scripts = new ScriptResource(scripts == null ? null : scripts.store());
        this.about = new AboutResource(inbox, spool, server, webhook, sessions, this.scripts);
        this.events = new EventStreamResource(parameters);
    }

    /** Adds the routes. */
    public void addTo(Router router) {
        router.addJsonProblems(BASE);
        add(router, "GET", "/messages", messages::list);
        add(router, "PUT", "/messages", messages::change);
        add(router, "DELETE", "/messages", messages::delete);
        add(router, "POST", "/messages/release", releases::release);
        add(router, "GET", "/tags", messages::tags);
        add(router, "GET", "/messages/{id}", message::get);
        add(router, "PUT", "/messages/{id}", message::change);
        add(router, "DELETE", "/messages/{id}", message::delete);
        add(router, "GET", "/messages/{id}/raw", message::raw);
        add(router, "GET", "/messages/{id}/parts/{part}", message::part);
        add(router, "GET", "/messages/{id}/parts/{part}/message", message::embedded);
        add(router, "GET", "/namespaces", about::namespaces);
        add(router, "GET", "/statistics", about::statistics);
        add(router, "GET", "/about", about::about);
        add(router, "GET", "/sessions", sessions::list);
        add(router, "GET", "/sessions/{session}", session::get);
        add(router, "GET", "/sessions/{session}/transcript", session::transcript);
        add(router, "GET", "/lab/scripts", scripts::list);
        add(router, "POST", "/lab/scripts", scripts::add);
        add(router, "DELETE", "/lab/scripts", scripts::deleteAll);
        add(router, "GET", "/lab/scripts/{script}", scripts::get);
        add(router, "DELETE", "/lab/scripts/{script}", scripts::delete);
        add(router, "POST", "/lab/scripts/{script}/release", scripts::release);
        add(router, "GET", "/events", events::open);
        add(router, "GET", "/openapi.json", this::document);
    }

    /** Ends everything that clients wait for. */
    public void close() {
        sessions.close();
        events.closeAll();
    }

    /** The event streams of all clients. */
    public EventStreamResource events() {
        return events;
    }

    private static void add(Router router, String method, String path, Route.Handler handler) {
        router.add(method, BASE + path, WriteOutcome.reporting(handler));
    }

    /** GET the OpenAPI document. Its server is the path of this API on this server. */
    private void document(HttpExchange exchange) throws IOException {
        try (InputStream in = BoxcarApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing from the jar");
            }
            String document =
                    new String(in.readAllBytes(), UTF_8).replace('"' + BASE + '"', '"' + webRoot + BASE + '"');
            exchange.bytes("application/json", document.getBytes(UTF_8));
        }
    }
}
