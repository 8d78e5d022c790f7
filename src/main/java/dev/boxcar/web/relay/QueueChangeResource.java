// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import static dev.boxcar.web.relay.RelayQuestion.answer;

import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Changes queued messages: one by its path, or several by their ids or their destination. Any thread. */
final class QueueChangeResource {
    private static final int MAX_BODY = 4 * 1024 * 1024;

    private final RelayView relay;

    QueueChangeResource(RelayView relay) {
        this.relay = relay;
    }

    /** POST hold, release, retry or bounce to one message. */
    void change(HttpExchange exchange) throws HttpProblem, IOException {
        changeOne(exchange, change(exchange.parameter("change")));
    }

    /** DELETE one message, without a report to its sender. */
    void delete(HttpExchange exchange) throws HttpProblem, IOException {
        changeOne(exchange, QueueChange.RM);
    }

    private void changeOne(HttpExchange exchange, QueueChange change) throws HttpProblem {
        Ulid id = QueueResource.id(exchange);
        if (!answer(() -> relay.change(id, change))) {
            throw QueueResource.notQueued(id);
        }
        exchange.status(204);
    }

    /** POST a change to the messages of {@code ids}, or to all of {@code destination}. */
    void changeSeveral(HttpExchange exchange) throws HttpProblem, IOException {
        QueueChange change = change(exchange.parameter("change"));
        List<Ulid> ids = chosen(exchange.json(MAX_BODY));
        List<Ulid> unknown = answer(() -> relay.change(change, ids));
        exchange.json(json -> {
            json.writeStartObject();
            json.writeNumberField("changed", ids.size() - unknown.size());
            json.writeArrayFieldStart("unknown");
            for (Ulid id : unknown) {
                json.writeString(id.toString());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private List<Ulid> chosen(JsonObject body) throws HttpProblem {
        if (body.has("destination")) {
            String destination = body.string("destination");
            return answer(() -> relay.ids(entry -> entry.destination().equals(destination)));
        }
        List<String> texts = body.strings("ids");
        if (texts.isEmpty()) {
            throw HttpProblem.badRequest("expected ids or destination");
        }
        var ids = new ArrayList<Ulid>();
        for (String text : texts) {
            Ulid id = Ulid.parse(text);
            if (id == null) {
                throw HttpProblem.badRequest("ids: '" + text + "' is not the id of a message");
            }
            ids.add(id);
        }
        return ids;
    }

    private static QueueChange change(String name) throws HttpProblem {
        QueueChange change = QueueChange.of(name);
        if (change == null) {
            throw new HttpProblem(404, "unknown change: expected hold, release, retry, bounce or rm");
        }
        return change;
    }
}
