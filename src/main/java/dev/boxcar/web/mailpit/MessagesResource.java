// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.sink.MessagePage;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.notify.PendingWait;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code /api/v1/messages} and {@code /api/v1/search}: lists, marks and deletes messages. */
final class MessagesResource {
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;
    private static final int DEFAULT_LIMIT = 50;

    private final RequestParameters parameters;

    MessagesResource(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /** GET messages. */
    void list(HttpExchange exchange) throws HttpProblem, IOException {
        String before = exchange.query("before");
        if (before != null && !before.isBlank()) {
            respond(
                    exchange,
                    parameters.box(exchange),
                    parameters.query(exchange, "before:\"" + before.replace("\"", "") + "\""),
                    0);
            return;
        }
        MessagePage page =
                parameters.box(exchange).list(exchange.number("start", 0), exchange.number("limit", DEFAULT_LIMIT));
        exchange.json(json -> MailpitJson.page(json, page));
    }

    /** PUT messages: marks messages as read or unread, by id, by a search, or all. */
    void mark(HttpExchange exchange) throws HttpProblem, IOException {
        JsonObject request = exchange.json(MAX_BODY_BYTES);
        List<String> ids = request.strings("IDs");
        String search = request.string("Search");
        boolean read = request.flag("Read");
        Namespace box = parameters.box(exchange);
        if (!ids.isEmpty() && !search.isEmpty()) {
            throw HttpProblem.badRequest("You may specify either IDs or a search query, not both");
        }
        if (!ids.isEmpty()) {
            box.setRead(RequestParameters.ids(ids), read);
        } else {
            Query query = search.isEmpty() ? Query.ALL : parameters.query(exchange, search);
            limited(() -> box.setRead(query, read));
        }
        exchange.text(200, "ok");
    }

    /** DELETE messages: by id, or all if no id is given. Clients delete all by sending no body. */
    void delete(HttpExchange exchange) throws HttpProblem, IOException {
        List<String> ids = idsOf(exchange.body(MAX_BODY_BYTES));
        if (ids.isEmpty()) {
            parameters.box(exchange).deleteAll();
        } else {
            List<Ulid> known = RequestParameters.ids(ids);
            parameters.box(exchange).delete(known);
        }
        exchange.text(200, "ok");
    }

    private static List<String> idsOf(byte[] body) {
        try {
            return JsonObject.parse(body).strings("IDs");
        } catch (HttpProblem invalidBody) {
            return List.of(); // as in Mailpit: an invalid body has no ids
        }
    }

    /**
     * GET search. Adds {@code wait}, {@code count} and {@code after} to Mailpit's parameters: the response is 204 if
     * too few messages matched in time.
     */
    void search(HttpExchange exchange) throws HttpProblem, IOException {
        Query query = parameters.query(exchange);
        Namespace box = parameters.box(exchange);
        long after = RequestParameters.after(exchange);
        Duration wait = RequestParameters.wait(exchange);
        if (wait == null) {
            respond(exchange, box, query, after);
            return;
        }
        int count = RequestParameters.count(exchange);
        exchange.disableIdleTimeout();
        PendingWait waiting = box.await(
                query,
                after,
                count,
                wait,
                result -> exchange.resume(resumed -> {
                    switch (result.outcome()) {
                        case MATCHED -> respond(resumed, box, query, after);
                        case TIMED_OUT -> resumed.status(204);
                        case FAILED -> throw HttpProblem.badRequest(result.problem());
                        case CLOSED -> throw new HttpProblem(503, result.problem());
                    }
                }));
        if (waiting == null) {
            throw new HttpProblem(503, "too many clients are waiting");
        }
        exchange.onDisconnect(waiting::cancel);
    }

    private static void respond(HttpExchange exchange, Namespace box, Query query, long after)
            throws HttpProblem, IOException {
        int start = exchange.number("start", 0);
        int limit = exchange.number("limit", DEFAULT_LIMIT);
        MessagePage page = limited(() -> box.search(query, after, start, limit));
        exchange.json(json -> MailpitJson.page(json, page));
    }

    /** DELETE search: deletes what matches. A query that matches everything is refused. */
    void deleteMatches(HttpExchange exchange) throws HttpProblem {
        Query query = parameters.query(exchange);
        if (query.matchesAll()) {
            throw RequestParameters.noQuery();
        }
        limited(() -> parameters.box(exchange).delete(query));
        exchange.text(200, "ok");
    }

    private interface Search<T> {
        T run();
    }

    private static <T> T limited(Search<T> search) throws HttpProblem {
        try {
            return search.run();
        } catch (SearchTimeoutException e) {
            throw HttpProblem.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
