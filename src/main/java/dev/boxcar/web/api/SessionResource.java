// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.lab.fault.FaultLog;
import dev.boxcar.lab.fault.InjectedFault;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdicts;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.RoundTrips;
import dev.boxcar.record.SessionLookup;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Flight;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.RecordedReply;
import dev.boxcar.record.SessionRecord.Train;
import dev.boxcar.record.transcript.TranscriptExport;
import dev.boxcar.record.transcript.TranscriptExport.Texts;
import dev.boxcar.record.transcript.UnexportableSessionException;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /sessions/ID}: one recorded SMTP session. */
final class SessionResource {
    /** The most earlier sessions that one session is compared with, to find messages that were sent again. */
    private static final int MAX_EARLIER = 256;

    private final @Nullable Recorder recorder;
    private final FaultLog faults;

    /** Serves what {@code recorder} has recorded, and what scripts did; null if sessions are not recorded. */
    SessionResource(@Nullable Recorder recorder, FaultLog faults) {
        this.recorder = recorder;
        this.faults = faults;
    }

    /** GET session. Without a recording, a 404 that says why. */
    void get(HttpExchange exchange) throws HttpProblem, IOException {
        SessionRecord session = find(recorder(), exchange);
        var earlier = new SessionLookup(recorder(), MAX_EARLIER);
        List<Verdict> verdicts = Verdicts.judge(session, earlier::find);
        List<InjectedFault> done = faults.of(session.id());
        exchange.json(json -> write(json, session, verdicts, done));
    }

    /** GET transcript: the session as a transcript. A 409 says why a session cannot become one. */
    void transcript(HttpExchange exchange) throws HttpProblem, IOException {
        Recorder source = recorder();
        SessionRecord session = find(source, exchange);
        Texts texts = "true".equals(exchange.query("texts")) ? Texts.COMPLETE : Texts.CODES;
        try {
            exchange.text(200, TranscriptExport.of(session, source.input(session.id()), texts));
        } catch (UnexportableSessionException e) {
            throw new HttpProblem(409, String.valueOf(e.getMessage()));
        }
    }

    private Recorder recorder() throws HttpProblem {
        if (recorder == null) {
            throw notRecorded();
        }
        return recorder;
    }

    private static SessionRecord find(Recorder source, HttpExchange exchange) throws HttpProblem {
        SessionRecord session = source.find(exchange.parameter("session"));
        if (session == null) {
            throw new HttpProblem(
                    404, "no recording of this session: it was dropped to make room, or the sink has been restarted");
        }
        return session;
    }

    /** The 404 of a server that records no sessions. */
    static HttpProblem notRecorded() {
        return new HttpProblem(404, "sessions are not recorded: see --record");
    }

    private static void write(
            JsonGenerator json, SessionRecord session, List<Verdict> verdicts, List<InjectedFault> faults)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("id", session.id());
        json.writeStringField("client", session.client());
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
        json.writeArrayFieldStart("verdicts");
        for (Verdict verdict : verdicts) {
            write(json, verdict);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("faults");
        for (InjectedFault fault : faults) {
            write(json, fault);
        }
        json.writeEndArray();
        json.writeEndObject();
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

    private static void write(JsonGenerator json, Verdict verdict) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", verdict.id());
        json.writeStringField("level", verdict.level().name());
        json.writeStringField("rule", verdict.rule().requirement());
        json.writeStringField("title", verdict.rule().title());
        json.writeStringField("rfc", verdict.rfc());
        json.writeStringField("section", verdict.section());
        json.writeStringField("text", verdict.text());
        json.writeArrayFieldStart("items");
        for (int item : verdict.items()) {
            json.writeNumber(item);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, InjectedFault fault) throws IOException {
        json.writeStartObject();
        json.writeStringField("script", fault.script());
        json.writeNumberField("rule", fault.rule());
        json.writeNumberField("item", fault.item());
        json.writeStringField("done", fault.done());
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
