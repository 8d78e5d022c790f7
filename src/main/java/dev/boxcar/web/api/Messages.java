// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.Box;
import dev.boxcar.sink.Page;
import dev.boxcar.sink.Summary;
import dev.boxcar.sink.WaitAnswer;
import dev.boxcar.sink.Waiting;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.SearchTooLong;
import dev.boxcar.web.http.Exchange;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.http.Problem;
import dev.boxcar.web.mailpit.Asked;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code /messages}: lists and waits. */
final class Messages {
    private static final int PAGE = 50;
    private static final int MOST_BODY_OCTETS = 8 * 1024 * 1024;

    private final Asked asked;

    Messages(Asked asked) {
        this.asked = asked;
    }

    /** GET: with {@code wait} those that come, oldest first, or 204; else those that are there, newest first. */
    void list(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        Query query = query(exchange);
        long after = Asked.after(exchange);
        Duration wait = Asked.wait(exchange);
        if (wait != null) {
            await(exchange, box, query, after, wait);
            return;
        }
        Page page;
        try {
            page = box.search(query, after, Asked.number(exchange, "start", 0), Asked.number(exchange, "limit", PAGE));
        } catch (SearchTooLong e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
        exchange.json(json -> write(json, page));
    }

    private Query query(Exchange exchange) throws Problem {
        String text = exchange.query("query");
        return text == null || text.isBlank() ? Query.ALL : asked.query(exchange, text);
    }

    private static void await(Exchange exchange, Box box, Query query, long after, Duration wait) throws Problem {
        exchange.bePatient();
        Waiting waiting = box.await(
                query, after, Asked.count(exchange), wait, answer -> exchange.resume(later -> answer(later, answer)));
        if (waiting == null) {
            throw new Problem(503, "too many clients wait");
        }
        exchange.onGone(waiting::cancel);
    }

    private static void answer(Exchange exchange, WaitAnswer answer) throws IOException {
        switch (answer.outcome()) {
            case MATCHED ->
                exchange.json(json -> {
                    json.writeStartObject();
                    json.writeNumberField("cursor", answer.cursor());
                    write(json, answer.messages());
                    json.writeEndObject();
                });
            case TIMED_OUT -> exchange.status(204);
            case FAILED -> Problems.answer(exchange, Problem.badRequest(answer.problem()));
            case CLOSED -> Problems.answer(exchange, new Problem(503, answer.problem()));
        }
    }

    private static void write(JsonGenerator json, Page page) throws IOException {
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

    private static void write(JsonGenerator json, List<Summary> messages) throws IOException {
        json.writeArrayFieldStart("messages");
        for (Summary message : messages) {
            MessageJson.summary(json, message);
        }
        json.writeEndArray();
    }

    /** PUT: {@code read} for every message that matches {@code query}; all where it is not given. */
    void mark(Exchange exchange) throws Problem, IOException {
        JsonObject change = exchange.json(MOST_BODY_OCTETS);
        if (!change.has("read")) {
            throw Problem.badRequest("read: true or false is wanted");
        }
        int changed = asked.box(exchange).read(query(exchange), change.flag("read"));
        count(exchange, "changed", changed);
    }

    /** DELETE: every message that matches {@code query}; all of them must be asked for by {@code all=true}. */
    void delete(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        boolean all = "true".equals(exchange.query("all"));
        Query query = query(exchange);
        if (!all && query.isForAll()) {
            throw Problem.badRequest("query is wanted, or all=true");
        }
        if (all && !query.isForAll()) {
            throw Problem.badRequest("query or all=true is wanted, not both");
        }
        count(exchange, "deleted", all ? box.deleteAll() : box.delete(query));
    }

    private static void count(Exchange exchange, String name, int number) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeNumberField(name, number);
            json.writeEndObject();
        });
    }
}
