// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.message.Attachment;
import dev.boxcar.sink.message.PartOutline;
import java.io.IOException;
import java.util.List;

/** The attachments, the inline parts and the MIME tree of a message as JSON. */
final class PartJson {
    private PartJson() {}

    static void write(JsonGenerator json, String name, List<Attachment> parts) throws IOException {
        json.writeArrayFieldStart(name);
        for (Attachment part : parts) {
            json.writeStartObject();
            json.writeStringField("part", part.partId());
            json.writeStringField("fileName", part.fileName());
            json.writeStringField("contentType", part.contentType());
            json.writeStringField("contentId", part.contentId());
            json.writeNumberField("size", part.size());
            json.writeStringField("md5", part.md5());
            json.writeStringField("sha1", part.sha1());
            json.writeStringField("sha256", part.sha256());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void writeOutline(JsonGenerator json, List<PartOutline> outline) throws IOException {
        json.writeArrayFieldStart("outline");
        for (PartOutline part : outline) {
            json.writeStartObject();
            json.writeStringField("part", part.partId());
            json.writeStringField("contentType", part.contentType());
            json.writeStringField("fileName", part.fileName());
            json.writeNumberField("size", part.size());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
