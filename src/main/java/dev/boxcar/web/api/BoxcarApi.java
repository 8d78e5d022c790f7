// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.record.Recorder;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.NotNoted;
import dev.boxcar.spool.Spool;
import dev.boxcar.web.http.Action;
import dev.boxcar.web.http.Exchange;
import dev.boxcar.web.http.Problem;
import dev.boxcar.web.http.Router;
import dev.boxcar.web.mailpit.Asked;
import dev.boxcar.web.mailpit.Facts;
import dev.boxcar.web.mailpit.Marks;
import dev.boxcar.web.out.Webhook;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The routes of {@code /api/boxcar/v1}. */
public final class BoxcarApi {
    private static final String BASE = "/api/boxcar/v1";

    private final Messages messages;
    private final OneMessage message;
    private final Standing standing;
    private final Recordings recordings;
    private final Stream stream;

    /** An API over this inbox. */
    public BoxcarApi(
            Inbox inbox,
            Spool spool,
            Facts facts,
            @Nullable Webhook webhook,
            @Nullable Recorder recorder,
            Clock clock) {
        var asked = new Asked(inbox, clock);
        this.messages = new Messages(asked);
        this.message = new OneMessage(asked);
        this.standing = new Standing(inbox, spool, facts, webhook);
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
            } catch (Problem problem) {
                Problems.answer(exchange, problem);
            } catch (NotNoted e) {
                Problems.answer(exchange, Marks.problem(e));
            }
        });
    }

    private static void document(Exchange exchange) throws IOException {
        try (InputStream in = BoxcarApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("the jar has no openapi.json");
            }
            exchange.octets("application/json", in.readAllBytes());
        }
    }
}
