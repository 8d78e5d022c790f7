// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.Box;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.InboxStatistics;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.web.http.Exchange;
import dev.boxcar.web.http.Json;
import dev.boxcar.web.mailpit.Facts;
import dev.boxcar.web.out.Webhook;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code /about}, {@code /namespaces} and {@code /statistics}: how things stand. */
final class Standing {
    private final Inbox inbox;
    private final Spool spool;
    private final Facts facts;
    private final @Nullable Webhook webhook;

    Standing(Inbox inbox, Spool spool, Facts facts, @Nullable Webhook webhook) {
        this.inbox = inbox;
        this.spool = spool;
        this.facts = facts;
        this.webhook = webhook;
    }

    /** GET about: what this is, and where mail is taken. */
    void about(Exchange exchange) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeStringField("version", facts.version());
            json.writeStringField("label", facts.label());
            Json.texts(json, "smtp", facts.smtp().listeners());
            json.writeStringField("tls", facts.smtp().tls().toString());
            json.writeStringField("auth", facts.smtp().auth().toString());
            json.writeEndObject();
        });
    }

    /** GET namespaces: the default one first, whose name is empty. */
    void namespaces(Exchange exchange) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeStringField("selector", inbox.selector().toString());
            json.writeArrayFieldStart("namespaces");
            namespace(json, inbox.box(""));
            for (String name : inbox.namespaces()) {
                namespace(json, inbox.box(name));
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void namespace(JsonGenerator json, Box box) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", box.name());
        json.writeNumberField("total", box.total());
        json.writeNumberField("unread", box.unread());
        json.writeEndObject();
    }

    /** GET statistics. */
    void statistics(Exchange exchange) throws IOException {
        InboxStatistics held = inbox.statistics();
        SpoolStatistics stored = spool.statistics();
        exchange.json(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("inbox");
            json.writeNumberField("messages", held.messages());
            json.writeNumberField("octets", held.octets());
            json.writeNumberField("deleted", held.deleted());
            json.writeNumberField("pruned", held.pruned());
            json.writeNumberField("waiting", held.waiting());
            json.writeNumberField("listening", held.listening());
            json.writeNumberField("droppedListeners", held.droppedListeners());
            json.writeEndObject();
            json.writeObjectFieldStart("spool");
            json.writeNumberField("messages", stored.messages());
            json.writeNumberField("octets", stored.octets());
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
