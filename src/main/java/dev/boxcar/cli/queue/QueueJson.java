// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.cli.output.JsonOutput;
import dev.boxcar.relay.queue.RecipientState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Prints queued messages as JSON. */
final class QueueJson {
    private QueueJson() {}

    /** One object in one line. */
    static void print(PrintWriter out, QueuedMessage message) throws IOException {
        try (JsonGenerator json = JsonOutput.to(out)) {
            json.writeStartObject();
            write(json, message);
            json.writeEndObject();
        }
        out.println();
    }

    /** The same with the latest attempts, one text each, and the lines of what was said in them. */
    static void printAll(PrintWriter out, QueuedMessage message, List<String> transcript) throws IOException {
        try (JsonGenerator json = JsonOutput.to(out)) {
            json.writeStartObject();
            write(json, message);
            write(json, "history", message.state().history());
            write(json, "transcript", transcript);
            json.writeEndObject();
        }
        out.println();
    }

    private static void write(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, QueuedMessage message) throws IOException {

        json.writeStringField("id", message.id().toString());
        json.writeStringField("from", message.sender());
        json.writeStringField("arrived", message.received().toString());
        json.writeNumberField("size", message.bytes());
        json.writeStringField("state", message.waiting().text());
        json.writeNumberField("attempts", message.state().attempts());
        json.writeStringField("nextAttempt", message.state().next().toString());
        json.writeStringField("destination", message.destination());
        json.writeArrayFieldStart("recipients");
        for (RecipientState recipient : message.state().pending()) {
            json.writeStartObject();
            json.writeStringField("address", message.address(recipient));
            json.writeStringField("state", message.waiting().text());
            json.writeStringField("status", recipient.status());
            json.writeStringField("reply", recipient.reply());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
