// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The messages that a request is about: those of {@code ids} in its body, or those that match {@code query}, except
 * those of {@code except} in its body. Immutable.
 *
 * @param body the request's body; an empty object if it has none
 * @param query the query; it matches all messages if the request has none
 */
record MessageChoice(JsonObject body, Query query) {
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** Reads the choice of a request. */
    static MessageChoice of(HttpExchange exchange, RequestParameters parameters) throws HttpProblem, IOException {
        byte[] bytes = exchange.body(MAX_BODY_BYTES);
        JsonObject body = JsonObject.parse(bytes.length == 0 ? new byte[] {'{', '}'} : bytes);
        Query query = parameters.queryOrAll(exchange);
        if (body.has("ids") && (!query.matchesAll() || body.has("except"))) {
            throw HttpProblem.badRequest("expected either ids, or query and except, not both");
        }
        return new MessageChoice(body, query);
    }

    /** Whether it is all messages of the namespace. */
    boolean isEverything() {
        return query.matchesAll() && !body.has("ids") && !body.has("except");
    }

    /** The messages. Among {@code ids} may be some that the namespace does not have. */
    List<Ulid> ids(Namespace box) throws HttpProblem {
        if (body.has("ids")) {
            return RequestParameters.ids(body.strings("ids"));
        }
        var except = new HashSet<>(RequestParameters.ids(body.strings("except")));
        try {
            var ids = new ArrayList<>(box.ids(query));
            ids.removeIf(except::contains);
            return ids;
        } catch (SearchTimeoutException e) {
            throw HttpProblem.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
