// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.sink.Box;
import dev.boxcar.sink.MessageView;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.Exchange;
import dev.boxcar.web.http.Json;
import dev.boxcar.web.http.Problem;
import dev.boxcar.web.out.LinkCheck;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/message/{id}} and what stands below it. */
final class MessageResource {
    private static final int MOST_IMAGE_OCTETS = 32 * 1024 * 1024;

    private final Asked asked;
    private final @Nullable LinkCheck links;

    /** An image is decoded to a hundred MiB and more. */
    private final Turns thumbnails = new Turns(2);

    /** Where {@code links} is null, links are not visited. */
    MessageResource(Asked asked, @Nullable LinkCheck links) {
        this.asked = asked;
        this.links = links;
    }

    /** GET: the message, which is then read. */
    void get(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        MessageView message = view(exchange, box);
        Marks.read(box, message.summary().id());
        exchange.json(json -> MessageShape.write(json, message));
    }

    private MessageView view(Exchange exchange, Box box) throws Problem, IOException {
        MessageView message = box.view(asked.id(exchange, box));
        if (message == null) {
            throw Problem.notFound();
        }
        return message;
    }

    /** GET headers. */
    void headers(Exchange exchange) throws Problem, IOException {
        Map<String, List<String>> headers =
                new TreeMap<>(view(exchange, asked.box(exchange)).headers().byName());
        exchange.json(json -> {
            json.writeStartObject();
            for (Map.Entry<String, List<String>> header : headers.entrySet()) {
                Json.texts(json, header.getKey(), header.getValue());
            }
            json.writeEndObject();
        });
    }

    /** GET raw: the exact octets. */
    void raw(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        SpoolRecord record = box.record(asked.id(exchange, box));
        if (record == null) {
            throw Problem.notFound();
        }
        if (exchange.query("dl") != null) {
            exchange.set("Content-Disposition", "attachment; filename=\"" + record.id() + ".eml\"");
        }
        exchange.copy("text/plain; charset=utf-8", record.bodyLength(), opened(record));
    }

    private static InputStream opened(SpoolRecord record) throws Problem, IOException {
        try {
            return record.body();
        } catch (NoSuchFileException | FileNotFoundException justDeleted) {
            throw Problem.notFound();
        }
    }

    /** GET part: its octets, decoded, in a page that may do nothing. */
    void part(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        Ulid id = asked.id(exchange, box);
        boolean found = box.part(id, exchange.parameter("part"), (part, content) -> {
            String charset = part.charset().matches("[A-Za-z0-9._:-]+") ? "; charset=" + part.charset() : "";
            exchange.set("Content-Security-Policy", ViewResource.ATTACHMENT_POLICY)
                    .set("Content-Disposition", "inline" + Disposition.fileName(part.fileName()));
            exchange.copy(Disposition.type(part.contentType()) + charset, content);
        });
        if (!found) {
            throw Problem.notFound();
        }
    }

    /** GET thumb. */
    void thumbnail(Exchange exchange) throws Problem, IOException {
        Box box = asked.box(exchange);
        Ulid id = asked.id(exchange, box);
        thumbnails.take();
        try {
            var octets = new ByteArrayOutputStream();
            boolean found = box.part(
                    id,
                    exchange.parameter("part"),
                    (part, content) -> octets.writeBytes(content.readNBytes(MOST_IMAGE_OCTETS)));
            if (!found) {
                throw Problem.notFound();
            }
            exchange.octets("image/jpeg", jpeg(octets.toByteArray()));
        } finally {
            thumbnails.leave();
        }
    }

    private static byte[] jpeg(byte[] image) throws Problem {
        try {
            return Thumbnail.jpeg(image);
        } catch (IOException noImage) {
            throw Problem.badRequest("no thumbnail: " + noImage.getMessage());
        }
    }

    /** GET html-check. */
    void htmlCheck(Exchange exchange) throws Problem, IOException {
        if (view(exchange, asked.box(exchange)).html().isEmpty()) {
            throw Problem.badRequest("message does not contain HTML");
        }
        throw Problem.badRequest("the HTML check is not supported");
    }

    /** GET link-check. */
    void linkCheck(Exchange exchange) throws Problem, IOException {
        if (links == null) {
            throw Problem.badRequest("the link check is off: the option --link-check turns it on");
        }
        MessageView message = view(exchange, asked.box(exchange));
        String follow = exchange.query("follow");
        List<LinkCheck.Link> found =
                links.check(Links.of(message.text(), message.html()), "true".equals(follow) || "1".equals(follow));
        exchange.json(json -> {
            json.writeStartObject();
            json.writeNumberField(
                    "Errors", found.stream().filter(LinkCheck.Link::isBroken).count());
            json.writeArrayFieldStart("Links");
            for (LinkCheck.Link link : found) {
                json.writeStartObject();
                json.writeStringField("URL", link.url());
                json.writeNumberField("StatusCode", link.status());
                json.writeStringField("Status", link.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
