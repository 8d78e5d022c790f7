// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.record.Recorder;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.NotStoredException;
import dev.boxcar.spool.Spool;
import dev.boxcar.web.http.Action;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.Router;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.RequestParameters;
import dev.boxcar.web.request.ServerInfo;
import dev.boxcar.web.request.WriteOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The routes of {@code /api/boxcar/v1}. */
public final class BoxcarApi {
    private static final String BASE = "/api/boxcar/v1";

    private final Messages messages;
    private final OneMessage message;
    private final AboutResource standing;
    private final Recordings recordings;
    private final Stream stream;

    /** An API over this inbox. */
    public BoxcarApi(
            Inbox inbox,
            Spool spool,
            ServerInfo facts,
            @Nullable Webhook webhook,
            @Nullable Recorder recorder,
            Clock clock) {
        var asked = new RequestParameters(inbox, clock);
        this.messages = new Messages(asked);
        this.message = new OneMessage(asked);
        this.standing = new AboutResource(inbox, spool, facts, webhook);
        this.recordings = new Recordings(recorder);
        this.stream = new Stream(asked);
    }

    /** Adds the routes. */
    public void addTo(Router router) {
        add(router, "GET", "/messages", messages::list);
        add(router, "PUT", "/messages", messages::mark);
        add(router, "DELETE", "/messages", messages::delete);
        add(router, "GET", "/messages/{id}", message::get);
        add(router, "PUT", "/messages/{id}", message::change);
        add(router, "DELETE", "/messages/{id}", message::delete);
        add(router, "GET", "/messages/{id}/raw", message::raw);
        add(router, "GET", "/messages/{id}/parts/{part}", message::part);
        add(router, "GET", "/namespaces", standing::namespaces);
        add(router, "GET", "/statistics", standing::statistics);
        add(router, "GET", "/about", standing::about);
        add(router, "GET", "/sessions/{session}", recordings::get);
        add(router, "GET", "/events", stream::open);
        add(router, "GET", "/openapi.json", BoxcarApi::document);
    }

    /** The stream of events, to be kept alive. */
    public Stream stream() {
        return stream;
    }

    private static void add(Router router, String method, String path, Action action) {
        router.add(method, BASE + path, exchange -> {
            try {
                action.answer(exchange);
            } catch (HttpProblem problem) {
                Problems.answer(exchange, problem);
            } catch (NotStoredException e) {
                Problems.answer(exchange, WriteOutcome.problem(e));
            }
        });
    }

    private static void document(HttpExchange exchange) throws IOException {
        try (InputStream in = BoxcarApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("the jar has no openapi.json");
            }
            exchange.bytes("application/json", in.readAllBytes());
        }
    }
}
