// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.web.http.Exchange;
import dev.boxcar.web.http.Json;
import dev.boxcar.web.http.Problem;

/** Problems as JSON (RFC 9457). */
final class Problems {
    private Problems() {}

    static void answer(Exchange exchange, Problem problem) {
        String body = Json.text(json -> {
            json.writeStartObject();
            json.writeNumberField("status", problem.status());
            json.writeStringField("detail", problem.line());
            json.writeEndObject();
        });
        exchange.octets(problem.status(), "application/problem+json", body.getBytes(UTF_8));
    }
}
