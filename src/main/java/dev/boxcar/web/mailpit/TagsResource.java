// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.Tags;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.util.Collection;

/** {@code /api/v1/tags}. */
final class TagsResource {
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    private final RequestParameters parameters;

    TagsResource(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /** GET: all tags. */
    void list(HttpExchange exchange) throws IOException {
        Collection<String> tags = parameters.box(exchange).tags().keySet();
        exchange.json(json -> {
            json.writeStartArray();
            for (String tag : tags) {
                json.writeString(tag);
            }
            json.writeEndArray();
        });
    }

    /** PUT: replaces the tags of these messages. */
    void set(HttpExchange exchange) throws HttpProblem, IOException {
        JsonObject request = exchange.json(MAX_BODY_BYTES);
        Namespace box = parameters.box(exchange);
        box.setTags(RequestParameters.ids(request.strings("IDs")), request.strings("Tags"));
        exchange.text(200, "ok");
    }

    /** PUT tag: renames it. */
    void rename(HttpExchange exchange) throws HttpProblem, IOException {
        String name = exchange.json(MAX_BODY_BYTES).string("Name");
        if (!Tags.isValid(name)) {
            throw HttpProblem.badRequest("invalid tag name: \"" + name + "\"");
        }
        Namespace box = parameters.box(exchange);
        box.renameTag(tag(exchange, box), name);
        exchange.text(200, "ok");
    }

    /** DELETE tag: removes it from all messages. */
    void delete(HttpExchange exchange) throws HttpProblem {
        Namespace box = parameters.box(exchange);
        box.deleteTag(tag(exchange, box));
        exchange.text(200, "ok");
    }

    /** The tag in the path. A tag that no message has is a 400, as in Mailpit. */
    private static String tag(HttpExchange exchange, Namespace box) throws HttpProblem {
        String tag = exchange.parameter("tag");
        if (box.tags().keySet().stream().noneMatch(tag::equalsIgnoreCase)) {
            throw HttpProblem.badRequest("tag not found: " + tag);
        }
        return tag;
    }
}
