// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.MessagePage;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.notify.PendingWait;
import dev.boxcar.sink.notify.WaitResult;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code /messages}: lists messages, waits for them, and changes or deletes many at once. */
final class MessageListResource {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    private final RequestParameters parameters;

    MessageListResource(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /** GET: lists messages, newest first. With {@code wait}, waits for messages and lists them oldest first, or 204. */
    void list(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        Query query = parameters.queryOrAll(exchange);
        long after = RequestParameters.after(exchange);
        Duration wait = RequestParameters.wait(exchange);
        if (wait != null) {
            await(exchange, box, query, after, wait);
            return;
        }
        MessagePage page;
        try {
            page = box.search(
                    query,
                    after,
                    RequestParameters.number(exchange, "start", 0),
                    RequestParameters.number(exchange, "limit", DEFAULT_LIMIT));
        } catch (SearchTimeoutException e) {
            throw HttpProblem.badRequest(String.valueOf(e.getMessage()));
        }
        exchange.json(json -> write(json, page));
    }

    private static void await(HttpExchange exchange, Namespace box, Query query, long after, Duration wait)
            throws HttpProblem {
        exchange.disableIdleTimeout();
        PendingWait waiting = box.await(
                query,
                after,
                RequestParameters.count(exchange),
                wait,
                result -> exchange.resume(resumed -> respond(resumed, result)));
        if (waiting == null) {
            throw new HttpProblem(503, "too many clients are waiting");
        }
        exchange.onDisconnect(waiting::cancel);
    }

    private static void respond(HttpExchange exchange, WaitResult result) throws HttpProblem, IOException {
        switch (result.outcome()) {
            case MATCHED ->
                exchange.json(json -> {
                    json.writeStartObject();
                    json.writeNumberField("cursor", result.cursor());
                    write(json, result.messages());
                    json.writeEndObject();
                });
            case TIMED_OUT -> exchange.status(204);
            case FAILED -> throw HttpProblem.badRequest(result.problem());
            case CLOSED -> throw new HttpProblem(503, result.problem());
        }
    }

    private static void write(JsonGenerator json, MessagePage page) throws IOException {
        json.writeStartObject();
        json.writeNumberField("total", page.total());
        json.writeNumberField("unread", page.unread());
        json.writeNumberField("matches", page.matches());
        json.writeNumberField("matchesUnread", page.matchesUnread());
        json.writeNumberField("start", page.start());
        json.writeNumberField("cursor", page.cursor());
        write(json, page.messages());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, List<MessageSummary> messages) throws IOException {
        json.writeArrayFieldStart("messages");
        for (MessageSummary message : messages) {
            MessageJson.summary(json, message);
        }
        json.writeEndArray();
    }

    /** PUT: marks the messages that match {@code query}, or all, as read or unread. */
    void mark(HttpExchange exchange) throws HttpProblem, IOException {
        JsonObject change = exchange.json(MAX_BODY_BYTES);
        if (!change.has("read")) {
            throw HttpProblem.badRequest("read: expected true or false");
        }
        int changed = parameters.box(exchange).setRead(parameters.queryOrAll(exchange), change.flag("read"));
        count(exchange, "changed", changed);
    }

    /** DELETE: deletes the messages that match {@code query}. Deleting all needs {@code all=true} instead. */
    void delete(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        boolean all = "true".equals(exchange.query("all"));
        Query query = parameters.queryOrAll(exchange);
        if (!all && query.matchesAll()) {
            throw HttpProblem.badRequest("expected query, or all=true");
        }
        if (all && !query.matchesAll()) {
            throw HttpProblem.badRequest("expected either query or all=true, not both");
        }
        count(exchange, "deleted", all ? box.deleteAll() : box.delete(query));
    }

    private static void count(HttpExchange exchange, String name, int number) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeNumberField(name, number);
            json.writeEndObject();
        });
    }
}
