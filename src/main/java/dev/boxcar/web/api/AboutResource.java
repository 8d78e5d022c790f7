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

/** {@code /about}, {@code /namespaces} and {@code /statistics}: facts about the sink. */
final class AboutResource {
    private final Inbox inbox;
    private final Spool spool;
    private final ServerInfo server;
    private final @Nullable Webhook webhook;
    private final SessionListResource sessions;
    private final ScriptResource scripts;

    AboutResource(
            Inbox inbox,
            Spool spool,
            ServerInfo server,
            @Nullable Webhook webhook,
            SessionListResource sessions,
            ScriptResource scripts) {
        this.inbox = inbox;
        this.spool = spool;
        this.server = server;
        this.webhook = webhook;
        this.sessions = sessions;
        this.scripts = scripts;
    }

    /** GET about: the version, and where and how the sink receives mail. */
    void about(HttpExchange exchange) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeStringField("version", server.version());
            json.writeStringField("label", server.label());
            JsonText.strings(json, "smtp", server.smtp().listeners());
            json.writeStringField("tls", server.smtp().tls().toString());
            json.writeStringField("auth", server.smtp().auth().toString());
            json.writeBooleanField("sessions", sessions.areRecorded());
            json.writeBooleanField("lab", scripts.areAccepted());
            json.writeEndObject();
        });
    }

    /** GET namespaces: first the default one, whose name is empty. */
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
        InboxStatistics messages = inbox.statistics();
        SpoolStatistics stored = spool.statistics();
        exchange.json(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("inbox");
            json.writeNumberField("messages", messages.messages());
            json.writeNumberField("octets", messages.bytes());
            json.writeNumberField("deleted", messages.deleted());
            json.writeNumberField("pruned", messages.pruned());
            json.writeNumberField("waiting", messages.waiting());
            json.writeNumberField("listening", messages.listening());
            json.writeNumberField("droppedListeners", messages.droppedListeners());
            json.writeEndObject();
            json.writeObjectFieldStart("spool");
            json.writeNumberField("messages", stored.messages());
            json.writeNumberField("octets", stored.bytes());
            json.writeNumberField("batches", stored.batches());
            json.writeNumberField("forces", stored.forces());
            json.writeNumberField("refused", stored.refused());
            json.writeEndObject();
            sessions.writeStatistics(json);
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
