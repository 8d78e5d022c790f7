// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.request.ContentDisposition;
import dev.boxcar.web.request.RequestParameters;
import dev.boxcar.web.request.WriteOutcome;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /api/v1/message/{id}} and the paths below it. */
final class MessageResource {
    private static final int MAX_IMAGE_BYTES = 32 * 1024 * 1024;

    private final RequestParameters parameters;

    /** A decoded image may take more than 100 MiB. */
    private final ConcurrencyLimiter thumbnails = new ConcurrencyLimiter(2);

    MessageResource(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /** GET: the message. Marks it as read. */
    void get(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        MessageView message = view(exchange, box);
        WriteOutcome.markRead(box, message.summary().id());
        exchange.json(json -> MailpitMessageJson.write(json, message));
    }

    private MessageView view(HttpExchange exchange, Namespace box) throws HttpProblem, IOException {
        MessageView message = box.view(parameters.id(exchange, box));
        if (message == null) {
            throw HttpProblem.notFound();
        }
        return message;
    }

    /** GET headers: those of the message, and Bcc and Return-Path made from the envelope, as in Mailpit. */
    void headers(HttpExchange exchange) throws HttpProblem, IOException {
        MessageView message = view(exchange, parameters.box(exchange));
        Map<String, List<String>> headers = new TreeMap<>(message.headers().byName());
        headers.put("Return-Path", List.of("<" + message.returnPath() + ">"));
        List<String> bcc = new ArrayList<>(message.headers().all("Bcc"));
        List<Address> named = message.headers().addresses("Bcc");
        for (Address recipient : message.summary().bcc()) {
            if (named.stream().noneMatch(one -> one.address().equalsIgnoreCase(recipient.address()))) {
                bcc.add(recipient.address());
            }
        }
        bcc.removeIf(String::isBlank); // a Bcc field may be empty (RFC 5322 §3.6.3)
        if (!bcc.isEmpty()) {
            headers.put("Bcc", List.of(String.join(", ", bcc)));
        }
        exchange.json(json -> {
            json.writeStartObject();
            for (Map.Entry<String, List<String>> header : headers.entrySet()) {
                JsonText.strings(json, header.getKey(), header.getValue());
            }
            json.writeEndObject();
        });
    }

    /** GET raw: the exact bytes. */
    void raw(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        SpoolRecord record = box.record(parameters.id(exchange, box));
        if (record == null) {
            throw HttpProblem.notFound();
        }
        if (exchange.query("dl") != null) {
            exchange.set("Content-Disposition", "attachment; filename=\"" + record.id() + ".eml\"");
        }
        exchange.copy("text/plain; charset=utf-8", record.bodyLength(), open(record));
    }

    private static InputStream open(SpoolRecord record) throws HttpProblem, IOException {
        try {
            return record.body();
        } catch (NoSuchFileException | FileNotFoundException deletedMeanwhile) {
            throw HttpProblem.notFound();
        }
    }

    /** GET part: its decoded bytes, sandboxed in case a browser shows them. */
    void part(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        Ulid id = parameters.id(exchange, box);
        boolean found = box.part(id, exchange.parameter("part"), (part, content) -> {
            String charset = part.charset().matches("[A-Za-z0-9._:-]+") ? "; charset=" + part.charset() : "";
            exchange.set("Content-Security-Policy", ViewResource.policyOfPart(part.contentType()))
                    .set("Content-Disposition", "inline" + ContentDisposition.fileName(part.fileName()));
            exchange.copy(ContentDisposition.type(part.contentType()) + charset, content);
        });
        if (!found) {
            throw HttpProblem.notFound();
        }
    }

    /** GET thumb. */
    void thumbnail(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        Ulid id = parameters.id(exchange, box);
        thumbnails.acquire();
        try {
            var bytes = new ByteArrayOutputStream();
            boolean found = box.part(
                    id,
                    exchange.parameter("part"),
                    (part, content) -> bytes.writeBytes(content.readNBytes(MAX_IMAGE_BYTES)));
            if (!found) {
                throw HttpProblem.notFound();
            }
            exchange.bytes("image/jpeg", jpeg(bytes.toByteArray()));
        } finally {
            thumbnails.release();
        }
    }

    private static byte[] jpeg(byte[] image) throws HttpProblem {
        try {
            return Thumbnail.jpeg(image);
        } catch (IOException invalidImage) {
            throw HttpProblem.badRequest("no thumbnail: " + invalidImage.getMessage());
        }
    }
}
