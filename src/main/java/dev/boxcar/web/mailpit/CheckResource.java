// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.web.check.HtmlCheck;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.outbound.LinkCheck;
import dev.boxcar.web.outbound.MessageChecks;
import dev.boxcar.web.outbound.SpamCheck;
import dev.boxcar.web.request.RequestParameters;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** {@code /api/v1/message/{id}/html-check}, {@code link-check} and {@code sa-check}. */
final class CheckResource {
    private final RequestParameters parameters;
    private final MessageChecks checks;

    /** A check may hold a large document, its tree and a style sheet in memory. */
    private final ConcurrencyLimiter running = new ConcurrencyLimiter(2);

    CheckResource(RequestParameters parameters, MessageChecks checks) {
        this.parameters = parameters;
        this.checks = checks;
    }

    /** A check. */
    private interface Check {
        void run() throws HttpProblem, IOException;
    }

    private void limited(Check check) throws HttpProblem, IOException {
        running.acquire();
        try {
            check.run();
        } finally {
            running.release();
        }
    }

    private MessageView view(HttpExchange exchange) throws HttpProblem, IOException {
        Namespace box = parameters.box(exchange);
        MessageView message = box.view(parameters.id(exchange, box));
        if (message == null) {
            throw HttpProblem.notFound();
        }
        return message;
    }

    /** GET html-check. */
    void html(HttpExchange exchange) throws HttpProblem, IOException {
        String html = view(exchange).html();
        if (html.isEmpty()) {
            throw HttpProblem.badRequest("message does not contain HTML");
        }
        if (html.length() > HtmlCheck.MAX_CHARACTERS) {
            throw HttpProblem.badRequest("the HTML is too long: at most " + HtmlCheck.MAX_CHARACTERS + " characters");
        }
        limited(() -> {
            HtmlCheck check = HtmlCheck.of(html);
            exchange.json(json -> write(json, check));
        });
    }

    private static void write(JsonGenerator json, HtmlCheck check) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("Total");
        json.writeNumberField("Tests", check.tests());
        json.writeNumberField("Nodes", check.nodes());
        write(json, check.total());
        json.writeEndObject();
        json.writeObjectFieldStart("Platforms");
        for (var platform : check.programs().entrySet()) {
            JsonText.strings(json, platform.getKey(), platform.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("Warnings");
        for (HtmlCheck.Warning warning : check.warnings()) {
            write(json, warning);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, HtmlCheck.Shares shares) throws IOException {
        json.writeNumberField("Supported", (float) shares.supported());
        json.writeNumberField("Partial", (float) shares.partial());
        json.writeNumberField("Unsupported", (float) shares.unsupported());
    }

    private static void write(JsonGenerator json, HtmlCheck.Warning warning) throws IOException {
        json.writeStartObject();
        json.writeStringField("Slug", warning.slug());
        json.writeStringField("Title", warning.title());
        json.writeStringField("Description", warning.description());
        json.writeStringField("URL", warning.url());
        json.writeStringField("Category", warning.category());
        JsonText.strings(json, "Tags", warning.tags());
        json.writeStringField("Keywords", warning.keywords());
        json.writeArrayFieldStart("Results");
        for (HtmlCheck.Result result : warning.results()) {
            json.writeStartObject();
            json.writeStringField("Name", result.name());
            json.writeStringField("Platform", result.platform());
            json.writeStringField("Family", result.family());
            json.writeStringField("Version", result.version());
            json.writeStringField("Support", result.support());
            json.writeStringField("NoteNumber", result.note());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("NotesByNumber");
        for (var note : warning.notes().entrySet()) {
            json.writeStringField(note.getKey(), note.getValue());
        }
        json.writeEndObject();
        json.writeObjectFieldStart("Score");
        json.writeNumberField("Found", warning.found());
        write(json, warning.score());
        json.writeEndObject();
        json.writeEndObject();
    }

    /** GET link-check. */
    void links(HttpExchange exchange) throws HttpProblem, IOException {
        LinkCheck linkCheck = checks.links();
        if (linkCheck == null) {
            throw HttpProblem.badRequest("the link check is off: see --link-check");
        }
        MessageView message = view(exchange);
        String follow = exchange.query("follow");
        List<LinkCheck.Link> found = linkCheck.check(
                LinkExtractor.links(message.text(), message.html()), "true".equals(follow) || "1".equals(follow));
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

    /** GET sa-check. Without SpamAssassin the path does not exist, as in Mailpit. */
    void spam(HttpExchange exchange) throws HttpProblem, IOException {
        SpamCheck spamCheck = checks.spam();
        if (spamCheck == null) {
            throw HttpProblem.notFound();
        }
        Namespace box = parameters.box(exchange);
        SpoolRecord record = box.record(parameters.id(exchange, box));
        if (record == null) {
            throw HttpProblem.notFound();
        }
        limited(() -> {
            SpamCheck.Verdict verdict = spamCheck.check(bytes(record));
            exchange.json(json -> write(json, verdict));
        });
    }

    private static byte[] bytes(SpoolRecord record) throws HttpProblem, IOException {
        try (InputStream body = record.body()) {
            return body.readNBytes(
                    SpamCheck.MAX_MESSAGE_BYTES + 1); // one more, so that the check sees that it is too large
        } catch (NoSuchFileException | FileNotFoundException deletedMeanwhile) {
            throw HttpProblem.notFound();
        }
    }

    private static void write(JsonGenerator json, SpamCheck.Verdict verdict) throws IOException {
        json.writeStartObject();
        json.writeStringField("Error", verdict.problem());
        json.writeBooleanField("IsSpam", verdict.isSpam());
        json.writeNumberField("Score", verdict.score());
        json.writeArrayFieldStart("Rules");
        for (SpamCheck.Rule rule : verdict.rules()) {
            json.writeStartObject();
            json.writeNumberField("Score", rule.score());
            json.writeStringField("Name", rule.name());
            json.writeStringField("Description", rule.description());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
