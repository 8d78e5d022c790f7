// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.sink.Namespace;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/message/{id}/release}: passes a message on to the configured server. */
final class ReleaseResource {
    private static final int MAX_BODY_BYTES = 1024 * 1024;

    private final RequestParameters parameters;
    private final @Nullable MessageRelease release;

    ReleaseResource(RequestParameters parameters, @Nullable MessageRelease release) {
        this.parameters = parameters;
        this.release = release;
    }

    void release(HttpExchange exchange) throws HttpProblem, IOException {
        if (release == null) {
            throw HttpProblem.badRequest("Failed: no server is configured: see --release-to");
        }
        Namespace box = parameters.box(exchange);
        SpoolRecord record = box.record(parameters.id(exchange, box));
        if (record == null) {
            throw HttpProblem.notFound();
        }
        List<Mailbox> to = recipients(exchange.json(MAX_BODY_BYTES).strings("To"), release);
        List<String> problems = release.send(record, to);
        if (!problems.isEmpty()) {
            throw HttpProblem.badRequest("SMTP error: " + String.join("; ", problems));
        }
        exchange.text(200, "ok");
    }

    private static List<Mailbox> recipients(List<String> texts, MessageRelease release) throws HttpProblem {
        var to = new ArrayList<Mailbox>();
        for (String text : texts) {
            try {
                to.add(Mailbox.parse(text.strip(), PathSyntax.LENIENT));
            } catch (IllegalArgumentException e) {
                throw HttpProblem.badRequest("Invalid email address: " + text);
            }
        }
        if (to.isEmpty()) {
            throw HttpProblem.badRequest("No valid addresses found");
        }
        String problem = release.problemWith(to);
        if (!problem.isEmpty()) {
            throw HttpProblem.badRequest("Failed: " + problem);
        }
        return to;
    }
}
