// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.InboxStatistics;
import dev.boxcar.sink.Namespace;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.ServerInfo;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code /about}, {@code /namespaces} and {@code /statistics}: how things stand. */
final class AboutResource {
    private final Inbox inbox;
    private final Spool spool;
    private final ServerInfo facts;
    private final @Nullable Webhook webhook;

    AboutResource(Inbox inbox, Spool spool, ServerInfo facts, @Nullable Webhook webhook) {
        this.inbox = inbox;
        this.spool = spool;
        this.facts = facts;
        this.webhook = webhook;
    }

    /** GET about: what this is, and where mail is taken. */
    void about(HttpExchange exchange) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeStringField("version", facts.version());
            json.writeStringField("label", facts.label());
            JsonText.texts(json, "smtp", facts.smtp().listeners());
            json.writeStringField("tls", facts.smtp().tls().toString());
            json.writeStringField("auth", facts.smtp().auth().toString());
            json.writeEndObject();
        });
    }

    /** GET namespaces: the default one first, whose name is empty. */
    void namespaces(HttpExchange exchange) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeStringField("selector", inbox.selector().toString());
            json.writeArrayFieldStart("namespaces");
            namespace(json, inbox.namespace(""));
            for (String name : inbox.namespaces()) {
                namespace(json, inbox.namespace(name));
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void namespace(JsonGenerator json, Namespace box) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", box.name());
        json.writeNumberField("total", box.total());
        json.writeNumberField("unread", box.unread());
        json.writeEndObject();
    }

    /** GET statistics. */
    void statistics(HttpExchange exchange) throws IOException {
        InboxStatistics held = inbox.statistics();
        SpoolStatistics stored = spool.statistics();
        exchange.json(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("inbox");
            json.writeNumberField("messages", held.messages());
            json.writeNumberField("octets", held.bytes());
            json.writeNumberField("deleted", held.deleted());
            json.writeNumberField("pruned", held.pruned());
            json.writeNumberField("waiting", held.waiting());
            json.writeNumberField("listening", held.listening());
            json.writeNumberField("droppedListeners", held.droppedListeners());
            json.writeEndObject();
            json.writeObjectFieldStart("spool");
            json.writeNumberField("messages", stored.messages());
            json.writeNumberField("octets", stored.bytes());
            json.writeNumberField("batches", stored.batches());
            json.writeNumberField("forces", stored.forces());
            json.writeNumberField("refused", stored.refused());
            json.writeEndObject();
            if (webhook != null) {
                json.writeObjectFieldStart("webhook");
                json.writeNumberField("delivered", webhook.delivered());
                json.writeNumberField("waiting", webhook.waiting());
                json.writeNumberField("dropped", webhook.dropped());
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }
}
