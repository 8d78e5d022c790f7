// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.MessagePage;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.Tags;
import dev.boxcar.sink.notify.PendingWait;
import dev.boxcar.sink.notify.WaitResult;
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
import java.util.Map;

/** {@code /messages}: lists messages, waits for them, and changes or deletes many at once. */
final class MessageListResource {
    private static final int DEFAULT_LIMIT = 50;

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

    /** PUT: marks the chosen messages as read or unread, adds tags to them, and removes tags from them. */
    void change(HttpExchange exchange) throws HttpProblem, IOException {
        MessageChoice choice = MessageChoice.of(exchange, parameters);
        JsonObject change = choice.body();
        boolean changesRead = change.has("read");
        boolean read = change.flag("read");
        List<String> added = change.strings("addTags");
        List<String> removed = change.strings("removeTags");
        if (!changesRead && added.isEmpty() && removed.isEmpty()) {
            throw HttpProblem.badRequest("expected read, addTags or removeTags");
        }
        requireValidTags(added);
        Namespace box = parameters.box(exchange);
        List<Ulid> ids = choice.ids(box);
        int marked = changesRead ? box.setRead(ids, read) : 0;
        int tagged = added.isEmpty() && removed.isEmpty() ? 0 : box.changeTags(ids, added, removed);
        count(exchange, "changed", Math.max(marked, tagged));
    }

    /** Throws a 400 that names the first tag that cannot be stored. */
    static void requireValidTags(List<String> tags) throws HttpProblem {
        for (String tag : tags) {
            if (!Tags.isValid(tag)) {
                throw HttpProblem.badRequest("invalid tag: " + tag);
            }
        }
    }

    /** DELETE: deletes the chosen messages. Deleting all needs {@code all=true}. */
    void delete(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        boolean all = "true".equals(exchange.query("all"));
        MessageChoice choice = MessageChoice.of(exchange, parameters);
        if (!all && choice.isEverything()) {
            throw HttpProblem.badRequest("expected query, ids or except, or all=true");
        }
        if (all && !choice.isEverything()) {
            throw HttpProblem.badRequest("expected either all=true, or query, ids or except, not both");
        }
        count(exchange, "deleted", all ? box.deleteAll() : box.delete(choice.ids(box)));
    }

    /** GET: all tags, with the number of messages that have them. */
    void tags(HttpExchange exchange) throws IOException {
        Map<String, Integer> counts = parameters.box(exchange).tags();
        exchange.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("tags");
            for (Map.Entry<String, Integer> tag : counts.entrySet()) {
                json.writeStartObject();
                json.writeStringField("name", tag.getKey());
                json.writeNumberField("messages", tag.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void count(HttpExchange exchange, String name, int number) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeNumberField(name, number);
            json.writeEndObject();
        });
    }
}
