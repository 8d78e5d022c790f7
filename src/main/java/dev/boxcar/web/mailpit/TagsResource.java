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
    private static final int MOST_BODY_BYTES = 8 * 1024 * 1024;

    private final RequestParameters asked;

    TagsResource(RequestParameters asked) {
        this.asked = asked;
    }

    /** GET: every tag. */
    void list(HttpExchange exchange) throws IOException {
        Collection<String> tags = asked.box(exchange).tags().keySet();
        exchange.json(json -> {
            json.writeStartArray();
            for (String tag : tags) {
                json.writeString(tag);
            }
            json.writeEndArray();
        });
    }

    /** PUT: these messages have exactly these tags. */
    void set(HttpExchange exchange) throws HttpProblem, IOException {
        JsonObject request = exchange.json(MOST_BODY_BYTES);
        Namespace box = asked.box(exchange);
        box.setTags(RequestParameters.ids(request.texts("IDs")), request.texts("Tags"));
        exchange.text(200, "ok");
    }

    /** PUT tag: another name for it. */
    void rename(HttpExchange exchange) throws HttpProblem, IOException {
        String name = exchange.json(MOST_BODY_BYTES).text("Name");
        if (!Tags.isValid(name)) {
            throw HttpProblem.badRequest("invalid tag name: \"" + name + "\"");
        }
        asked.box(exchange).renameTag(exchange.parameter("tag"), name);
        exchange.text(200, "ok");
    }

    /** DELETE tag. */
    void delete(HttpExchange exchange) {
        asked.box(exchange).deleteTag(exchange.parameter("tag"));
        exchange.text(200, "ok");
    }
}
