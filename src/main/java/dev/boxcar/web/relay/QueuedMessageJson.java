// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.relay.observation.MessageStatus;
import dev.boxcar.relay.observation.MessageStatus.PastAttempt;
import dev.boxcar.relay.observation.MessageStatus.RecipientStatus;
import dev.boxcar.relay.observation.RecordedAttempt;
import dev.boxcar.relay.schedule.status.DestinationStatus;
import dev.boxcar.web.request.SessionJson;
import java.io.IOException;
import java.util.List;

/** Writes queued messages as JSON, in the form of {@code boxcar queue ls --json}. */
final class QueuedMessageJson {
    private QueuedMessageJson() {}

    /** A message as in the list. */
    static void summary(JsonGenerator json, MessageStatus message) throws IOException {
        json.writeStartObject();
        fields(json, message);
        json.writeEndObject();
    }

    /** A message with its past attempts. */
    static void whole(JsonGenerator json, MessageStatus message) throws IOException {
        json.writeStartObject();
        fields(json, message);
        json.writeArrayFieldStart("history");
        for (PastAttempt attempt : message.history()) {
            json.writeStartObject();
            json.writeNumberField("attempt", attempt.number());
            json.writeStringField("time", attempt.time());
            json.writeStringField("host", attempt.host());
            json.writeStringField("reply", attempt.reply());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void fields(JsonGenerator json, MessageStatus message) throws IOException {
        json.writeStringField("id", message.id().toString());
        json.writeStringField("from", message.from());
        json.writeStringField("arrived", message.arrived().toString());
        json.writeNumberField("size", message.size());
        json.writeStringField("state", message.state().text());
        json.writeNumberField("attempts", message.attempts());
        json.writeStringField("nextAttempt", message.nextAttempt().toString());
        json.writeStringField("destination", message.destination());
        json.writeArrayFieldStart("recipients");
        for (RecipientStatus recipient : message.recipients()) {
            json.writeStartObject();
            json.writeStringField("address", recipient.address());
            json.writeStringField("state", message.state().text());
            json.writeStringField("status", recipient.status());
            json.writeStringField("reply", recipient.reply());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The recorded sessions of a message's attempts. */
    static void attempts(JsonGenerator json, List<RecordedAttempt> attempts) throws IOException {
        json.writeStartArray();
        for (RecordedAttempt attempt : attempts) {
            json.writeStartObject();
            json.writeNumberField("attempt", attempt.attempt());
            json.writeStringField("host", attempt.host());
            json.writeStringField("tls", attempt.tls());
            json.writeNumberField("transaction", attempt.transaction());
            json.writeStringField("dkim", attempt.dkim());
            json.writeObjectFieldStart("session");
            SessionJson.writeFields(json, attempt.session(), "server");
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The destinations. */
    static void destinations(JsonGenerator json, List<DestinationStatus> destinations) throws IOException {
        json.writeStartArray();
        for (DestinationStatus one : destinations) {
            json.writeStartObject();
            json.writeStringField("name", one.name());
            json.writeNumberField("waiting", one.waiting());
            json.writeNumberField("inDelivery", one.inDelivery());
            json.writeNumberField("connections", one.connections());
            if (one.deadUntil() != null) {
                json.writeStringField("deadUntil", one.deadUntil().toString());
            }
            json.writeStringField("lastReply", one.lastReply());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
