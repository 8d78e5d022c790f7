// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.message.ListUnsubscribe;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.mime.Headers;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopePath;
import dev.boxcar.web.http.JsonText;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages as JSON in Boxcar's own API. Lists are never null. */
final class MessageJson {
    private MessageJson() {}

    /** The summary that lists, events and whole messages share. Leaves the object open. */
    static void begin(JsonGenerator json, MessageSummary message) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", message.id().toString());
        json.writeNumberField("cursor", message.cursor());
        json.writeStringField("session", message.session());
        json.writeStringField("received", message.created().toString());
        json.writeNumberField("size", message.size());
        json.writeBooleanField("read", message.read());
        JsonText.strings(json, "tags", message.tags());
        json.writeStringField("messageId", message.messageId());
        fields(json, message);
        json.writeStringField("sender", message.sender());
        JsonText.strings(json, "recipients", message.recipients());
        json.writeStringField("user", message.username());
        json.writeStringField("listener", message.listener());
        json.writeNumberField("attachmentCount", message.attachments());
        json.writeNumberField("inlineCount", message.inlines());
        json.writeStringField("snippet", message.snippet());
    }

    private static void fields(JsonGenerator json, MessageSummary message) throws IOException {
        json.writeStringField("subject", message.subject());
        json.writeFieldName("from");
        address(json, message.from());
        addresses(json, "to", message.to());
        addresses(json, "cc", message.cc());
        addresses(json, "bcc", message.bcc());
        addresses(json, "replyTo", message.replyTo());
    }

    private static void unsubscribe(JsonGenerator json, ListUnsubscribe unsubscribe) throws IOException {
        json.writeObjectFieldStart("unsubscribe");
        json.writeStringField("header", unsubscribe.header());
        JsonText.strings(json, "links", unsubscribe.links());
        json.writeStringField("post", unsubscribe.headerPost());
        json.writeStringField("errors", unsubscribe.errors());
        json.writeEndObject();
    }

    /** A message in a list or an event. */
    static void summary(JsonGenerator json, MessageSummary message) throws IOException {
        begin(json, message);
        json.writeEndObject();
    }

    /** A whole message. */
    static void whole(JsonGenerator json, MessageView message, Envelope envelope) throws IOException {
        begin(json, message.summary());
        envelope(json, envelope);
        content(json, message);
        json.writeEndObject();
    }

    /** A message that is a part of another one. */
    static void embedded(JsonGenerator json, String part, MessageView message) throws IOException {
        MessageSummary summary = message.summary();
        json.writeStartObject();
        json.writeStringField("id", summary.id().toString());
        json.writeNumberField("cursor", summary.cursor());
        json.writeStringField("part", part);
        json.writeNumberField("size", summary.size());
        json.writeStringField("messageId", summary.messageId());
        fields(json, summary);
        content(json, message);
        json.writeEndObject();
    }

    private static void content(JsonGenerator json, MessageView message) throws IOException {
        json.writeArrayFieldStart("headers");
        for (Headers.Field field : message.headers().fields()) {
            json.writeStartObject();
            json.writeStringField("name", field.name());
            json.writeStringField("value", field.value());
            json.writeStringField("decoded", field.decoded());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("date", message.date().toString());
        json.writeStringField("text", message.text());
        json.writeStringField("html", message.html());
        PartJson.write(json, "inline", message.inline());
        PartJson.write(json, "attachments", message.attachments());
        PartJson.writeOutline(json, message.outline());
        unsubscribe(json, message.unsubscribe());
        json.writeBooleanField("whole", message.whole());
    }

    /** The envelope: all forward-paths in order, with parameters and duplicates, and facts about the session. */
    private static void envelope(JsonGenerator json, Envelope envelope) throws IOException {
        json.writeObjectFieldStart("envelope");
        EnvelopePath sender = envelope.sender();
        json.writeStringField("reversePath", sender == null ? "" : sender.path());
        json.writeStringField("parameters", sender == null ? "" : sender.parameters());
        json.writeArrayFieldStart("forwardPaths");
        for (EnvelopePath recipient : envelope.recipientLines()) {
            json.writeStartObject();
            json.writeStringField("path", recipient.path());
            json.writeStringField("parameters", recipient.parameters());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("client", orEmpty(envelope.first("Client")));
        json.writeStringField("helo", orEmpty(envelope.first("Helo")));
        json.writeStringField("protocol", orEmpty(envelope.first("Protocol")));
        JsonText.strings(
                json,
                "flags",
                envelope.flags().stream().map(Envelope.Flag::text).toList());
        json.writeEndObject();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static void addresses(JsonGenerator json, String name, List<Address> addresses) throws IOException {
        json.writeArrayFieldStart(name);
        for (Address address : addresses) {
            address(json, address);
        }
        json.writeEndArray();
    }

    private static void address(JsonGenerator json, Address address) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", address.name());
        json.writeStringField("address", address.address());
        json.writeEndObject();
    }
}
