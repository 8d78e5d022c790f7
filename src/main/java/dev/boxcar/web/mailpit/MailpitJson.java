// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.MessagePage;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.web.http.JsonText;
import java.io.IOException;
import java.util.List;

/** Summaries of messages as JSON in Mailpit's form: its spelling of names, and lists that are never null. */
public final class MailpitJson {
    private MailpitJson() {}

    /** A page of a list. The names of the page are in lower case; the names in its messages are capitalized. */
    static void page(JsonGenerator json, MessagePage page) throws IOException {
        json.writeStartObject();
        json.writeNumberField("total", page.total());
        json.writeNumberField("unread", page.unread());
        json.writeNumberField("count", page.messages().size());
        json.writeNumberField("messages_count", page.matches());
        json.writeNumberField("messages_unread", page.matchesUnread());
        json.writeNumberField("start", page.start());
        JsonText.strings(json, "tags", page.tags());
        json.writeArrayFieldStart("messages");
        for (MessageSummary message : page.messages()) {
            summary(json, message);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** A message in a list, an event or a webhook call. */
    public static void summary(JsonGenerator json, MessageSummary message) throws IOException {
        json.writeStartObject();
        json.writeStringField("ID", message.id().toString());
        json.writeStringField("MessageID", message.messageId());
        json.writeBooleanField("Read", message.read());
        address(json, "From", message.from());
        addresses(json, "To", message.to());
        addresses(json, "Cc", message.cc());
        addresses(json, "Bcc", message.bcc());
        addresses(json, "ReplyTo", message.replyTo());
        json.writeStringField("Subject", message.subject());
        json.writeStringField("Created", message.created().toString());
        json.writeStringField("Username", message.username());
        JsonText.strings(json, "Tags", message.tags());
        json.writeNumberField("Size", message.size());
        json.writeNumberField("Attachments", message.attachments());
        json.writeStringField("Snippet", message.snippet());
        json.writeEndObject();
    }

    static void address(JsonGenerator json, String name, Address address) throws IOException {
        json.writeFieldName(name);
        address(json, address);
    }

    static void addresses(JsonGenerator json, String name, List<Address> addresses) throws IOException {
        json.writeArrayFieldStart(name);
        for (Address address : addresses) {
            address(json, address);
        }
        json.writeEndArray();
    }

    private static void address(JsonGenerator json, Address address) throws IOException {
        json.writeStartObject();
        json.writeStringField("Name", address.name());
        json.writeStringField("Address", address.address());
        json.writeEndObject();
    }
}
