// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.lab.fault.FaultLog;
import dev.boxcar.lab.fault.InjectedFault;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdicts;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionLookup;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.transcript.TranscriptExport;
import dev.boxcar.record.transcript.TranscriptExport.Texts;
import dev.boxcar.record.transcript.UnexportableSessionException;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.request.SessionJson;
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
        SessionJson.writeFields(json, session, "client");
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
}
