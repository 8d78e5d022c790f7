// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.record.Recorder;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.index.NotStoredException;
import dev.boxcar.spool.Spool;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.RouteHandler;
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

    private final MessageListResource messages;
    private final SingleMessageResource message;
    private final AboutResource standing;
    private final SessionResource recordings;
    private final EventStreamResource stream;

    /** An API over this inbox. */
    public BoxcarApi(
            Inbox inbox,
            Spool spool,
            ServerInfo facts,
            @Nullable Webhook webhook,
            @Nullable Recorder recorder,
            Clock clock) {
        var asked = new RequestParameters(inbox, clock);
        this.messages = new MessageListResource(asked);
        this.message = new SingleMessageResource(asked);
        this.standing = new AboutResource(inbox, spool, facts, webhook);
        this.recordings = new SessionResource(recorder);
        this.stream = new EventStreamResource(asked);
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
    public EventStreamResource events() {
        return stream;
    }

    private static void add(Router router, String method, String path, RouteHandler action) {
        router.add(method, BASE + path, exchange -> {
            try {
                action.handle(exchange);
            } catch (HttpProblem problem) {
                ProblemJson.answer(exchange, problem);
            } catch (NotStoredException e) {
                ProblemJson.answer(exchange, WriteOutcome.problem(e));
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
