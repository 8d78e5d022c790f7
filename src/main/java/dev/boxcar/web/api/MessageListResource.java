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

/** {@code /messages}: lists and waits. */
final class MessageListResource {
    private static final int PAGE = 50;
    private static final int MOST_BODY_BYTES = 8 * 1024 * 1024;

    private final RequestParameters asked;

    MessageListResource(RequestParameters asked) {
        this.asked = asked;
    }

    /** GET: with {@code wait} those that come, oldest first, or 204; else those that are there, newest first. */
    void list(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = asked.box(exchange);
        Query query = query(exchange);
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
                    RequestParameters.number(exchange, "limit", PAGE));
        } catch (SearchTimeoutException e) {
            throw HttpProblem.badRequest(String.valueOf(e.getMessage()));
        }
        exchange.json(json -> write(json, page));
    }

    private Query query(HttpExchange exchange) throws HttpProblem {
        String text = exchange.query("query");
        return text == null || text.isBlank() ? Query.ALL : asked.query(exchange, text);
    }

    private static void await(HttpExchange exchange, Namespace box, Query query, long after, Duration wait)
            throws HttpProblem {
        exchange.bePatient();
        PendingWait waiting = box.await(
                query,
                after,
                RequestParameters.count(exchange),
                wait,
                answer -> exchange.resume(later -> answer(later, answer)));
        if (waiting == null) {
            throw new HttpProblem(503, "too many clients wait");
        }
        exchange.onGone(waiting::cancel);
    }

    private static void answer(HttpExchange exchange, WaitResult answer) throws IOException {
        switch (answer.outcome()) {
            case MATCHED ->
                exchange.json(json -> {
                    json.writeStartObject();
                    json.writeNumberField("cursor", answer.cursor());
                    write(json, answer.messages());
                    json.writeEndObject();
                });
            case TIMED_OUT -> exchange.status(204);
            case FAILED -> ProblemJson.answer(exchange, HttpProblem.badRequest(answer.problem()));
            case CLOSED -> ProblemJson.answer(exchange, new HttpProblem(503, answer.problem()));
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

    /** PUT: {@code read} for every message that matches {@code query}; all where it is not given. */
    void mark(HttpExchange exchange) throws HttpProblem, IOException {
        JsonObject change = exchange.json(MOST_BODY_BYTES);
        if (!change.has("read")) {
            throw HttpProblem.badRequest("read: true or false is wanted");
        }
        int changed = asked.box(exchange).setRead(query(exchange), change.flag("read"));
        count(exchange, "changed", changed);
    }

    /** DELETE: every message that matches {@code query}; all of them must be asked for by {@code all=true}. */
    void delete(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = asked.box(exchange);
        boolean all = "true".equals(exchange.query("all"));
        Query query = query(exchange);
        if (!all && query.matchesAll()) {
            throw HttpProblem.badRequest("query is wanted, or all=true");
        }
        if (all && !query.matchesAll()) {
            throw HttpProblem.badRequest("query or all=true is wanted, not both");
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
