// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.sink.Box;
import dev.boxcar.sink.Tags;
import dev.boxcar.web.http.Exchange;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.http.Problem;
import java.io.IOException;
import java.util.Collection;

/** {@code /api/v1/tags}. */
final class TagsResource {
    private static final int MOST_BODY_OCTETS = 8 * 1024 * 1024;

    private final Asked asked;

    TagsResource(Asked asked) {
        this.asked = asked;
    }

    /** GET: every tag. */
    void list(Exchange exchange) throws IOException {
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
    void set(Exchange exchange) throws Problem, IOException {
        JsonObject request = exchange.json(MOST_BODY_OCTETS);
        Box box = asked.box(exchange);
        box.tag(Asked.ids(request.texts("IDs")), request.texts("Tags"));
        exchange.text(200, "ok");
    }

    /** PUT tag: another name for it. */
    void rename(Exchange exchange) throws Problem, IOException {
        String name = exchange.json(MOST_BODY_OCTETS).text("Name");
        if (!Tags.isValid(name)) {
            throw Problem.badRequest("invalid tag name: \"" + name + "\"");
        }
        asked.box(exchange).renameTag(exchange.parameter("tag"), name);
        exchange.text(200, "ok");
    }

    /** DELETE tag. */
    void delete(Exchange exchange) {
        asked.box(exchange).deleteTag(exchange.parameter("tag"));
        exchange.text(200, "ok");
    }
}
