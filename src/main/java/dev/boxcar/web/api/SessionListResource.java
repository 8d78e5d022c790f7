// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionPage;
import dev.boxcar.record.SessionSummary;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /sessions}: lists recorded SMTP sessions, and waits for them. */
final class SessionListResource {
    private static final int MAX_SESSIONS = 1000;

    private final @Nullable Recorder recorder;
    private final @Nullable SessionWaits waits;

    /** Lists what {@code recorder} has recorded; null if sessions are not recorded. */
    SessionListResource(@Nullable Recorder recorder) {
        this.recorder = recorder;
        this.waits = recorder == null ? null : new SessionWaits(recorder);
    }

    /**
     * GET sessions, in the order of their last change: without {@code after}, the newest ones; with it, those that
     * changed after that cursor. With {@code wait}, waits until there is one; when the time is up, there is none.
     */
    void list(HttpExchange exchange) throws HttpProblem, IOException {
        if (recorder == null || waits == null) {
            throw SessionResource.notRecorded();
        }
        Predicate<SessionSummary> filter = filter(exchange);
        int limit = limit(exchange);
        boolean fromCursor = exchange.query("after") != null;
        long after = RequestParameters.after(exchange);
        Duration wait = RequestParameters.wait(exchange);
        SessionPage page = fromCursor ? recorder.changedAfter(after, limit, filter) : recorder.newest(limit, filter);
        if (wait == null || !page.sessions().isEmpty()) {
            respond(exchange, page);
            return;
        }
        exchange.disableIdleTimeout();
        SessionWaits.Wait waiting = waits.add(
                page.cursor(), limit, filter, wait, result -> exchange.resume(resumed -> respond(resumed, result)));
        if (waiting == null) {
            throw new HttpProblem(503, "too many clients are waiting");
        }
        exchange.onDisconnect(waiting::cancel);
    }

    private static Predicate<SessionSummary> filter(HttpExchange exchange) throws HttpProblem {
        String namespace = exchange.query("ns");
        String over = exchange.query("over");
        if (over != null && !over.equals("true") && !over.equals("false")) {
            throw HttpProblem.badRequest("over: expected true or false");
        }
        return session -> (namespace == null
                        || namespace.isEmpty()
                        || session.namespaces().contains(namespace))
                && (over == null || session.ended() == over.equals("true"));
    }

    private static int limit(HttpExchange exchange) throws HttpProblem {
        int limit = RequestParameters.number(exchange, "limit", MAX_SESSIONS);
        if (limit < 1 || limit > MAX_SESSIONS) {
            throw HttpProblem.badRequest("limit: must be from 1 to " + MAX_SESSIONS);
        }
        return limit;
    }

    private static void respond(HttpExchange exchange, SessionPage page) throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("sessions");
            for (SessionSummary session : page.sessions()) {
                write(json, session);
            }
            json.writeEndArray();
            json.writeNumberField("cursor", page.cursor());
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, SessionSummary session) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", session.id());
        json.writeStringField("client", session.client());
        json.writeStringField("began", session.start().toString());
        json.writeBooleanField("over", session.ended());
        json.writeNumberField("messages", session.messages());
        json.writeStringField(
                "namespace",
                session.namespaces().isEmpty() ? "" : session.namespaces().get(0));
        json.writeEndObject();
    }

    /** Whether sessions are recorded. */
    boolean areRecorded() {
        return recorder != null;
    }

    /** Writes the object {@code sessions} of the statistics, if sessions are recorded. */
    void writeStatistics(JsonGenerator json) throws IOException {
        if (recorder == null || waits == null) {
            return;
        }
        json.writeObjectFieldStart("sessions");
        json.writeNumberField("octets", recorder.bytes());
        json.writeNumberField("dropped", recorder.droppedSessions());
        json.writeNumberField("skipped", recorder.skippedSessions());
        json.writeNumberField("waiting", waits.size());
        json.writeEndObject();
    }

    /** Ends all waits. */
    void close() {
        if (waits != null) {
            waits.close();
        }
    }
}
