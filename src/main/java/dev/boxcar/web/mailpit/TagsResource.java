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
        parameters.box(exchange).renameTag(exchange.parameter("tag"), name);
        exchange.text(200, "ok");
    }

    /** DELETE tag: removes it from all messages. */
    void delete(HttpExchange exchange) {
        parameters.box(exchange).deleteTag(exchange.parameter("tag"));
        exchange.text(200, "ok");
    }
}
