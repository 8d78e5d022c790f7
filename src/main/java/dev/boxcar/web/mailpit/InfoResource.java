// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.InboxStatistics;
import dev.boxcar.sink.Namespace;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonObject;
import dev.boxcar.web.outbound.MessageChecks;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.request.RequestParameters;
import dev.boxcar.web.request.ServerInfo;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/info}, {@code /api/v1/webui} and {@code /api/v1/chaos}. */
final class InfoResource {
    private static final int MAX_BODY_BYTES = 64 * 1024;

    private final RequestParameters parameters;
    private final Inbox inbox;
    private final ServerInfo server;
    private final @Nullable Chaos chaos;
    private final @Nullable MessageRelease release;
    private final MessageChecks checks;
    private final Clock clock;

    InfoResource(
            RequestParameters parameters,
            Inbox inbox,
            ServerInfo server,
            @Nullable Chaos chaos,
            @Nullable MessageRelease release,
            MessageChecks checks,
            Clock clock) {
        this.parameters = parameters;
        this.inbox = inbox;
        this.server = server;
        this.chaos = chaos;
        this.release = release;
        this.checks = checks;
        this.clock = clock;
    }

    /** GET info. */
    void info(HttpExchange exchange) throws IOException {
        Namespace box = parameters.box(exchange);
        InboxStatistics statistics = inbox.statistics();
        Map<String, Integer> tags = box.tags();
        exchange.json(json -> {
            json.writeStartObject();
            json.writeStringField("Version", server.version());
            json.writeStringField("LatestVersion", server.version());
            json.writeStringField("Database", server.database());
            json.writeNumberField("DatabaseSize", statistics.bytes());
            json.writeNumberField("Messages", box.total());
            json.writeNumberField("Unread", box.unread());
            json.writeObjectFieldStart("Tags");
            for (Map.Entry<String, Integer> tag : tags.entrySet()) {
                json.writeNumberField(tag.getKey(), tag.getValue());
            }
            json.writeEndObject();
            runtime(json, statistics);
            json.writeEndObject();
        });
    }

    private void runtime(JsonGenerator json, InboxStatistics statistics) throws IOException {
        Runtime runtime = Runtime.getRuntime();
        json.writeObjectFieldStart("RuntimeStats");
        json.writeNumberField("Uptime", (clock.millis() - server.startedMillis()) / 1000);
        json.writeNumberField("Memory", runtime.totalMemory() - runtime.freeMemory());
        json.writeNumberField("MessagesDeleted", statistics.deleted() + statistics.pruned());
        json.writeNumberField("SMTPAccepted", statistics.received());
        json.writeNumberField("SMTPAcceptedSize", statistics.receivedBytes());
        json.writeNumberField("SMTPRejected", server.rejected().getAsLong());
        json.writeNumberField("SMTPIgnored", 0);
        json.writeEndObject();
    }

    /** GET webui. {@code HTMLCheck} and {@code LinkCheck} are not in Mailpit: the page shows tabs for these checks. */
    void settings(HttpExchange exchange) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeStringField("Label", server.label());
            json.writeObjectFieldStart("MessageRelay");
            json.writeBooleanField("Enabled", release != null);
            json.writeStringField("SMTPServer", release == null ? "" : release.server());
            json.writeStringField("ReturnPath", release == null ? "" : release.returnPath());
            json.writeStringField("AllowedRecipients", release == null ? "" : release.allowed());
            json.writeStringField("RecipientAllowlist", release == null ? "" : release.allowed());
            json.writeStringField("BlockedRecipients", release == null ? "" : release.blocked());
            json.writeStringField("OverrideFrom", "");
            json.writeBooleanField("PreserveMessageIDs", true);
            json.writeEndObject();
            json.writeBooleanField("SpamAssassin", checks.spam() != null);
            json.writeBooleanField("HTMLCheck", true);
            json.writeBooleanField("LinkCheck", checks.links() != null);
            json.writeBooleanField("ChaosEnabled", chaos != null);
            json.writeBooleanField("DuplicatesIgnored", false);
            json.writeBooleanField("HideDeleteAllButton", false);
            json.writeEndObject();
        });
    }

    /** GET chaos. */
    void chaos(HttpExchange exchange) throws HttpProblem, IOException {
        ChaosState state = enabled().state();
        exchange.json(json -> {
            json.writeStartObject();
            trigger(json, "Sender", state.sender());
            trigger(json, "Recipient", state.recipient());
            trigger(json, "Authentication", state.authentication());
            json.writeEndObject();
        });
    }

    private static void trigger(JsonGenerator json, String name, ChaosState.Trigger trigger) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("ErrorCode", trigger.code());
        json.writeNumberField("Probability", trigger.percent());
        json.writeEndObject();
    }

    /** PUT chaos. Triggers that are missing in the request are switched off. */
    void setChaos(HttpExchange exchange) throws HttpProblem, IOException {
        Chaos enabled = enabled();
        JsonObject request = exchange.json(MAX_BODY_BYTES);
        enabled.setState(new ChaosState(
                trigger(request, "Sender", ChaosState.OFF.sender()),
                trigger(request, "Recipient", ChaosState.OFF.recipient()),
                trigger(request, "Authentication", ChaosState.OFF.authentication())));
        chaos(exchange);
    }

    private static ChaosState.Trigger trigger(JsonObject request, String name, ChaosState.Trigger defaultTrigger)
            throws HttpProblem {
        if (!request.has(name)) {
            return defaultTrigger;
        }
        JsonObject trigger = request.object(name);
        try {
            int code = trigger.number("ErrorCode", 0);
            return new ChaosState.Trigger(code == 0 ? defaultTrigger.code() : code, trigger.number("Probability", 0));
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private Chaos enabled() throws HttpProblem {
        if (chaos == null) {
            throw HttpProblem.badRequest("Chaos is not enabled");
        }
        return chaos;
    }
}
