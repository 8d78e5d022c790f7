// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.record.RoundTrips;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Flight;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.RecordedReply;
import dev.boxcar.record.SessionRecord.Train;
import dev.boxcar.web.http.JsonText;
import java.io.IOException;

/** Writes recorded sessions as JSON, as the page's Train draws them. */
public final class SessionJson {
    private SessionJson() {}

    /**
     * Writes the fields of a session into the object that is open.
     *
     * @param peer the name of the field for the address at the other end: {@code client} or {@code server}
     */
    public static void writeFields(JsonGenerator json, SessionRecord session, String peer) throws IOException {
        json.writeStringField("id", session.id());
        json.writeStringField(peer, session.client());
        json.writeStringField("began", session.start().toString());
        json.writeBooleanField("over", session.ended());
        json.writeNumberField("eventsLeftOut", session.droppedEvents());
        RoundTrips trips = session.trips();
        json.writeNumberField("roundTrips", trips.taken());
        json.writeNumberField("openingRoundTrips", trips.opening());
        json.writeNumberField("possibleRoundTrips", trips.possible());
        json.writeBooleanField("pipelined", session.pipelined());
        json.writeArrayFieldStart("items");
        for (Item item : session.items()) {
            write(json, item);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("replies");
        for (RecordedReply reply : session.replies()) {
            write(json, reply);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("flights");
        for (Flight flight : session.flights()) {
            write(json, flight);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("trains");
        for (Train train : session.trains()) {
            write(json, train);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Item item) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", item.kind().name());
        json.writeStringField("verb", item.verb());
        json.writeStringField("text", item.text());
        json.writeNumberField("from", item.from());
        json.writeNumberField("octets", item.bytes());
        json.writeNumberField("atMicros", item.atMicros());
        json.writeNumberField("flight", item.flight());
        json.writeNumberField("reply", item.reply());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, RecordedReply reply) throws IOException {
        json.writeStartObject();
        json.writeStringField("verb", reply.verb());
        json.writeNumberField("code", reply.code());
        json.writeStringField("text", reply.text());
        JsonText.strings(json, "keywords", reply.keywords());
        json.writeNumberField("octets", reply.bytes());
        json.writeNumberField("queuedMicros", reply.queuedMicros());
        json.writeNumberField("readyMicros", reply.readyMicros());
        json.writeNumberField("leftMicros", reply.leftMicros());
        json.writeNumberField("train", reply.train());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Flight flight) throws IOException {
        json.writeStartObject();
        json.writeNumberField("atMicros", flight.atMicros());
        json.writeNumberField("endMicros", flight.endMicros());
        json.writeNumberField("waitedMicros", flight.waitedMicros());
        json.writeNumberField("octets", flight.bytes());
        json.writeNumberField("reads", flight.reads());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Train train) throws IOException {
        json.writeStartObject();
        json.writeNumberField("atMicros", train.atMicros());
        json.writeNumberField("octets", train.bytes());
        json.writeNumberField("replies", train.replies());
        json.writeEndObject();
    }
}
