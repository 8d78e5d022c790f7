// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;

/** Problems as JSON (RFC 9457). */
final class ProblemJson {
    private ProblemJson() {}

    static void respond(HttpExchange exchange, HttpProblem problem) {
        String body = JsonText.text(json -> {
            json.writeStartObject();
            json.writeNumberField("status", problem.status());
            json.writeStringField("detail", problem.reason());
            json.writeEndObject();
        });
        exchange.bytes(problem.status(), "application/problem+json", body.getBytes(UTF_8));
    }
}
