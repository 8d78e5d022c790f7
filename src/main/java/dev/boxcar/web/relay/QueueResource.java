// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import static dev.boxcar.web.relay.RelayQuestion.answer;

import dev.boxcar.relay.observation.MessageStatus;
import dev.boxcar.relay.observation.RecordedAttempt;
import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.relay.schedule.status.QueueSnapshot;
import dev.boxcar.relay.schedule.status.QueuedEntry;
import dev.boxcar.relay.schedule.status.QueuedState;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the queue: {@code /queue}, its statistics and destinations, and single messages. Any thread. */
final class QueueResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final RelayView relay;

    QueueResource(RelayView relay) {
        this.relay = relay;
    }

    /** GET list: messages in the order of acceptance. The id of the last one, in {@code after}, leads to the next. */
    void list(HttpExchange exchange) throws HttpProblem, IOException {
        Predicate<QueuedEntry> filter = filter(exchange);
        String from = exchange.query("after");
        Ulid after = from == null ? Ulid.NONE : Ulid.parse(from);
        int limit = limit(exchange);
        if (after == null) {
            throw HttpProblem.badRequest("after: expected the id of a message");
        }
        List<MessageStatus> messages = answer(() -> relay.list(after, limit, filter));
        exchange.json(json -> {
            json.writeStartArray();
            for (MessageStatus message : messages) {
                QueuedMessageJson.summary(json, message);
            }
            json.writeEndArray();
        });
    }

    private static int limit(HttpExchange exchange) throws HttpProblem {
        String text = exchange.query("limit");
        int limit = text == null ? DEFAULT_LIMIT : exchange.number("limit", 0);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw HttpProblem.badRequest("limit: must be from 1 to " + MAX_LIMIT);
        }
        return limit;
    }

    private static Predicate<QueuedEntry> filter(HttpExchange exchange) throws HttpProblem {
        String wanted = exchange.query("state");
        QueuedState state = state(wanted);
        String destination = exchange.query("destination");
        if (wanted != null && state == null) {
            throw HttpProblem.badRequest("state: expected "
                    + Arrays.stream(QueuedState.values()).map(QueuedState::text).collect(Collectors.joining(", ")));
        }
        return entry -> (state == null || entry.state() == state)
                && (destination == null || entry.destination().equals(destination));
    }

    private static @Nullable QueuedState state(@Nullable String text) {
        for (QueuedState state : QueuedState.values()) {
            if (state.text().equals(text)) {
                return state;
            }
        }
        return null;
    }

    /** GET statistics. */
    void statistics(HttpExchange exchange) throws HttpProblem, IOException {
        QueueSnapshot queue = answer(relay::snapshot);
        String obstacle = relay.obstacle();
        exchange.json(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("messages");
            for (QueuedState state : QueuedState.values()) {
                json.writeNumberField(state.text(), queue.messages(state));
            }
            json.writeEndObject();
            json.writeNumberField("total", queue.total());
            json.writeNumberField("oldestSeconds", queue.ageSeconds(System.currentTimeMillis()));
            json.writeNumberField("inDelivery", queue.inDelivery());
            json.writeNumberField("deadDestinations", queue.deadDestinations());
            json.writeObjectFieldStart("results");
            for (var result : relay.deliveries().results().entrySet()) {
                json.writeNumberField(result.getKey(), result.getValue());
            }
            json.writeEndObject();
            json.writeBooleanField("ready", obstacle == null);
            json.writeStringField("obstacle", obstacle == null ? "" : obstacle);
            json.writeEndObject();
        });
    }

    /** GET destinations, those with most messages first. */
    void destinations(HttpExchange exchange) throws HttpProblem, IOException {
        QueueSnapshot queue = answer(relay::snapshot);
        exchange.json(json -> QueuedMessageJson.destinations(json, queue.destinations()));
    }

    /** GET message. */
    void get(HttpExchange exchange) throws HttpProblem, IOException {
        Ulid id = id(exchange);
        MessageStatus message = answer(() -> relay.find(id)).orElseThrow(() -> notQueued(id));
        exchange.json(json -> QueuedMessageJson.whole(json, message));
    }

    /** GET attempts: the recorded sessions of a message, also of one that was delivered a while ago. */
    void attempts(HttpExchange exchange) throws HttpProblem, IOException {
        Ulid id = id(exchange);
        List<RecordedAttempt> attempts = relay.attempts(id);
        if (attempts.isEmpty() && answer(() -> relay.find(id)).isEmpty()) {
            throw notQueued(id);
        }
        exchange.json(json -> QueuedMessageJson.attempts(json, attempts));
    }

    /** The id in the path; one that is none is a 404. */
    static Ulid id(HttpExchange exchange) throws HttpProblem {
        Ulid id = Ulid.parse(exchange.parameter("id"));
        if (id == null) {
            throw new HttpProblem(404, "not the id of a message");
        }
        return id;
    }

    static HttpProblem notQueued(Ulid id) {
        return new HttpProblem(404, "no message " + id + " in the queue: it was delivered, returned or removed");
    }
}
