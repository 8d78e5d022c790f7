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

/** {@code /api/v1/messages} and {@code /api/v1/search}: lists, marks, deletions. */
final class MessagesResource {
    private static final int MOST_BODY_BYTES = 8 * 1024 * 1024;
    private static final int PAGE = 50;

    private final RequestParameters asked;

    MessagesResource(RequestParameters asked) {
        this.asked = asked;
    }

    /** GET messages. */
    void list(HttpExchange exchange) throws HttpProblem, IOException {
        String before = exchange.query("before");
        if (before != null && !before.isBlank()) {
            answer(
                    exchange,
                    asked.box(exchange),
                    asked.query(exchange, "before:\"" + before.replace("\"", "") + "\""),
                    0);
            return;
        }
        MessagePage page = asked.box(exchange).list(exchange.number("start", 0), exchange.number("limit", PAGE));
        exchange.json(json -> MailpitJson.page(json, page));
    }

    /** PUT messages: read or not, for ids, for a search, or for all. */
    void mark(HttpExchange exchange) throws HttpProblem, IOException {
        JsonObject request = exchange.json(MOST_BODY_BYTES);
        List<String> ids = request.texts("IDs");
        String search = request.text("Search");
        boolean read = request.flag("Read");
        Namespace box = asked.box(exchange);
        if (!ids.isEmpty() && !search.isEmpty()) {
            throw HttpProblem.badRequest("You may specify either IDs or a search query, not both");
        }
        if (!ids.isEmpty()) {
            box.setRead(RequestParameters.ids(ids), read);
        } else {
            Query query = search.isEmpty() ? Query.ALL : asked.query(exchange, search);
            searching(() -> box.setRead(query, read));
        }
        exchange.text(200, "ok");
    }

    /**
     * DELETE messages: those named, or all where none is named. That is how clients empty the box: by no body, or an
     * empty one.
     */
    void delete(HttpExchange exchange) throws HttpProblem, IOException {
        List<String> ids = named(exchange.body(MOST_BODY_BYTES));
        if (ids.isEmpty()) {
            asked.box(exchange).deleteAll();
        } else {
            List<Ulid> known = RequestParameters.ids(ids);
            asked.box(exchange).delete(known);
        }
        exchange.text(200, "ok");
    }

    private static List<String> named(byte[] body) {
        try {
            return JsonObject.parse(body).texts("IDs");
        } catch (HttpProblem none) {
            return List.of(); // as the original: what cannot be read names nobody
        }
    }

    /**
     * GET search; beyond the original {@code wait}, {@code count} and {@code after}: then 204 where not as many came in
     * time.
     */
    void search(HttpExchange exchange) throws HttpProblem, IOException {
        Query query = asked.query(exchange);
        Namespace box = asked.box(exchange);
        long after = RequestParameters.after(exchange);
        Duration wait = RequestParameters.wait(exchange);
        if (wait == null) {
            answer(exchange, box, query, after);
            return;
        }
        int count = RequestParameters.count(exchange);
        exchange.bePatient();
        PendingWait waiting = box.await(
                query,
                after,
                count,
                wait,
                found -> exchange.resume(later -> {
                    switch (found.outcome()) {
                        case MATCHED -> answer(later, box, query, after);
                        case TIMED_OUT -> later.status(204);
                        case FAILED -> throw HttpProblem.badRequest(found.problem());
                        case CLOSED -> throw new HttpProblem(503, found.problem());
                    }
                }));
        if (waiting == null) {
            throw new HttpProblem(503, "too many clients wait");
        }
        exchange.onGone(waiting::cancel);
    }

    private static void answer(HttpExchange exchange, Namespace box, Query query, long after)
            throws HttpProblem, IOException {
        int start = exchange.number("start", 0);
        int limit = exchange.number("limit", PAGE);
        MessagePage page = searching(() -> box.search(query, after, start, limit));
        exchange.json(json -> MailpitJson.page(json, page));
    }

    /** DELETE search: what matches. A query that asks for nothing is no way to empty the box. */
    void deleteMatches(HttpExchange exchange) throws HttpProblem {
        Query query = asked.query(exchange);
        if (query.matchesAll()) {
            throw RequestParameters.noQuery();
        }
        searching(() -> asked.box(exchange).delete(query));
        exchange.text(200, "ok");
    }

    private interface Search<T> {
        T run();
    }

    private static <T> T searching(Search<T> search) throws HttpProblem {
        try {
            return search.run();
        } catch (SearchTimeoutException e) {
            throw HttpProblem.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
