// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.request.ContentDisposition;
import dev.boxcar.web.request.RequestParameters;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** {@code /messages/{id}}. Getting a message here does not mark it as read. */
final class SingleMessageResource {
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final String PART_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private final RequestParameters parameters;

    SingleMessageResource(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /** GET: the message with its envelope. */
    void get(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        Ulid id = parameters.id(exchange, box);
        SpoolRecord record = record(box, id);
        MessageView message = box.view(id);
        if (message == null) {
            throw notFound();
        }
        exchange.json(json -> MessageJson.whole(json, message, record.envelope()));
    }

    /** GET raw: the exact bytes. */
    void raw(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        SpoolRecord record = record(box, parameters.id(exchange, box));
        exchange.set("Content-Security-Policy", PART_POLICY)
                .set("Content-Disposition", "attachment; filename=\"" + record.id() + ".eml\"");
        try {
            exchange.copy("message/rfc822", record.bodyLength(), record.body());
        } catch (NoSuchFileException | FileNotFoundException deletedMeanwhile) {
            throw notFound();
        }
    }

    /** GET a part: its decoded bytes. */
    void part(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        Ulid id = parameters.id(exchange, box);
        boolean found = box.part(id, exchange.parameter("part"), (part, content) -> {
            exchange.set("Content-Security-Policy", PART_POLICY)
                    .set("Content-Disposition", "attachment" + ContentDisposition.fileName(part.fileName()));
            exchange.copy(ContentDisposition.type(part.contentType()), content);
        });
        if (!found) {
            throw new HttpProblem(404, "no such message or part");
        }
    }

    /** GET a part that is a message, as a message. */
    void embedded(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        String part = exchange.parameter("part");
        MessageView message = box.embedded(parameters.id(exchange, box), part);
        if (message == null) {
            throw new HttpProblem(404, "no such message or part");
        }
        exchange.json(json -> MessageJson.embedded(json, part, message));
    }

    /** PUT: sets {@code read} and {@code tags}. A missing one is left as it is. */
    void change(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        Ulid id = record(box, parameters.id(exchange, box)).id();
        JsonObject change = exchange.json(MAX_BODY_BYTES);
        List<String> tags = change.strings("tags");
        MessageListResource.requireValidTags(tags);
        if (change.has("read")) {
            box.setRead(List.of(id), change.flag("read"));
        }
        if (change.has("tags")) {
            box.setTags(List.of(id), tags);
        }
        exchange.status(204);
    }

    /** DELETE. */
    void delete(HttpExchange exchange) throws HttpProblem {
        Namespace box = parameters.box(exchange);
        if (box.delete(List.of(parameters.id(exchange, box))) == 0) {
            throw notFound();
        }
        exchange.status(204);
    }

    private static SpoolRecord record(Namespace box, Ulid id) throws HttpProblem, IOException {
        SpoolRecord record = box.record(id);
        if (record == null) {
            throw notFound();
        }
        return record;
    }

    private static HttpProblem notFound() {
        return new HttpProblem(404, "no such message");
    }
}
