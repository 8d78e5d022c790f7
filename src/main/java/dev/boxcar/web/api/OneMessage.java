// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.sink.Box;
import dev.boxcar.sink.MessageView;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.Exchange;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.http.Problem;
import dev.boxcar.web.mailpit.Asked;
import dev.boxcar.web.mailpit.Disposition;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** {@code /messages/{id}}. Looking at a message here does not mark it as read. */
final class OneMessage {
    private static final int MOST_BODY_OCTETS = 64 * 1024;
    private static final String PART_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private final Asked asked;

    OneMessage(Asked asked) {
        this.asked = asked;
    }

    /** GET: the message with its envelope. */
    void get(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        Ulid id = asked.id(exchange, box);
        SpoolRecord record = record(box, id);
        MessageView message = box.view(id);
        if (message == null) {
            throw gone();
        }
        exchange.json(json -> MessageJson.whole(json, message, record.text()));
    }

    /** GET raw: the exact octets. */
    void raw(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        SpoolRecord record = record(box, asked.id(exchange, box));
        exchange.set("Content-Security-Policy", PART_POLICY)
                .set("Content-Disposition", "attachment; filename=\"" + record.id() + ".eml\"");
        try {
            exchange.copy("message/rfc822", record.bodyLength(), record.body());
        } catch (NoSuchFileException | FileNotFoundException justDeleted) {
            throw gone();
        }
    }

    /** GET a part: its octets, decoded. */
    void part(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        Ulid id = asked.id(exchange, box);
        boolean found = box.part(id, exchange.parameter("part"), (part, content) -> {
            exchange.set("Content-Security-Policy", PART_POLICY)
                    .set("Content-Disposition", "attachment" + Disposition.fileName(part.fileName()));
            exchange.copy(Disposition.type(part.contentType()), content);
        });
        if (!found) {
            throw new Problem(404, "no such message or part");
        }
    }

    /** PUT: {@code read} and {@code tags}, each as far as it is given. */
    void change(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        Ulid id = record(box, asked.id(exchange, box)).id();
        JsonObject change = exchange.json(MOST_BODY_OCTETS);
        List<String> tags = change.texts("tags");
        if (change.has("read")) {
            box.read(List.of(id), change.flag("read"));
        }
        if (change.has("tags")) {
            box.tag(List.of(id), tags);
        }
        exchange.status(204);
    }

    /** DELETE. */
    void delete(Exchange exchange) throws Problem {
        Box box = asked.box(exchange);
        if (box.delete(List.of(asked.id(exchange, box))) == 0) {
            throw gone();
        }
        exchange.status(204);
    }

    private static SpoolRecord record(Box box, Ulid id) throws Problem, IOException {
        SpoolRecord record = box.record(id);
        if (record == null) {
            throw gone();
        }
        return record;
    }

    private static Problem gone() {
        return new Problem(404, "no such message");
    }
}
