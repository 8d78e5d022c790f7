// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.message.Attachment;
import dev.boxcar.sink.message.ListUnsubscribe;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.sink.mime.HtmlText;
import dev.boxcar.web.http.JsonText;
import java.io.IOException;
import java.util.List;

/** A whole message as JSON in Mailpit's form. */
public final class MailpitMessageJson {
    private MailpitMessageJson() {}

    static void write(JsonGenerator json, MessageView message) throws IOException {
        MessageSummary summary = message.summary();
        json.writeStartObject();
        json.writeStringField("ID", summary.id().toString());
        json.writeStringField("MessageID", summary.messageId());
        MailpitJson.address(json, "From", summary.from());
        MailpitJson.addresses(json, "To", summary.to());
        MailpitJson.addresses(json, "Cc", summary.cc());
        MailpitJson.addresses(json, "Bcc", summary.bcc());
        MailpitJson.addresses(json, "ReplyTo", summary.replyTo());
        json.writeStringField("ReturnPath", message.returnPath());
        json.writeStringField("Subject", summary.subject());
        unsubscribe(json, message.unsubscribe());
        json.writeStringField("Date", message.date().toString());
        JsonText.strings(json, "Tags", summary.tags());
        json.writeStringField("Username", summary.username());
        json.writeStringField("Text", text(message));
        json.writeStringField("HTML", message.html());
        json.writeNumberField("Size", summary.size());
        attachments(json, "Inline", message.inline());
        attachments(json, "Attachments", message.attachments());
        json.writeEndObject();
    }

    /** The plain text, or else the text of the HTML: clients search it for words and links. */
    static String text(MessageView message) {
        return message.text().isEmpty() ? HtmlText.inLines(message.html()) : message.text();
    }

    private static void unsubscribe(JsonGenerator json, ListUnsubscribe unsubscribe) throws IOException {
        json.writeObjectFieldStart("ListUnsubscribe");
        json.writeStringField("Header", unsubscribe.header());
        JsonText.strings(json, "Links", unsubscribe.links());
        json.writeStringField("Errors", unsubscribe.errors());
        json.writeStringField("HeaderPost", unsubscribe.headerPost());
        json.writeEndObject();
    }

    /** The attachments or inline parts of a message. */
    public static void attachments(JsonGenerator json, String name, List<Attachment> attachments) throws IOException {
        json.writeArrayFieldStart(name);
        for (Attachment attachment : attachments) {
            json.writeStartObject();
            json.writeStringField("PartID", attachment.partId());
            json.writeStringField(
                    "FileName", attachment.fileName().isEmpty() ? attachment.contentId() : attachment.fileName());
            json.writeStringField("ContentType", attachment.contentType());
            json.writeStringField("ContentID", attachment.contentId());
            json.writeNumberField("Size", attachment.size());
            json.writeObjectFieldStart("Checksums");
            json.writeStringField("MD5", attachment.md5());
            json.writeStringField("SHA1", attachment.sha1());
            json.writeStringField("SHA256", attachment.sha256());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
