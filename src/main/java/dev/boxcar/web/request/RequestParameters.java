// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.QueryException;
import dev.boxcar.spool.Ulid;
import dev.boxcar.unit.DurationParser;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of requests that name a namespace, a query, a message or a wait. Any thread. */
public final class RequestParameters {
    /** The longest wait for messages. A client that wants to wait longer asks again. */
    public static final Duration MAX_WAIT = Duration.ofMinutes(5);

    /** The maximum number of messages to wait for. The cursor of the response continues from there. */
    private static final int MAX_COUNT = 1000;

    /** A browser that does not know its time zone sends this (Unicode CLDR). */
    private static final String UNKNOWN_ZONE = "Etc/Unknown";

    private static final String LATEST = "latest";

    private final Inbox inbox;
    private final Clock clock;

    /** Reads parameters of requests for this inbox. */
    public RequestParameters(Inbox inbox, Clock clock) {
        this.inbox = inbox;
        this.clock = clock;
    }

    /** The namespace {@code ns}, or the default one if the parameter is missing. */
    public Namespace box(HttpExchange exchange) {
        String namespace = exchange.query("ns");
        return inbox.namespace(namespace == null ? "" : namespace);
    }

    /** The required parameter {@code query}. A missing or malformed query is a 400. */
    public Query query(HttpExchange exchange) throws HttpProblem {
        String text = exchange.query("query");
        if (text == null || text.isBlank()) {
            throw noQuery();
        }
        return query(exchange, text);
    }

    /** The optional parameter {@code query}; without it, all messages match. */
    public Query queryOrAll(HttpExchange exchange) throws HttpProblem {
        String text = exchange.query("query");
        return text == null || text.isBlank() ? Query.ALL : query(exchange, text);
    }

    /** The 400 for a missing query. */
    public static HttpProblem noQuery() {
        return HttpProblem.badRequest("Error: no search query");
    }

    /** Parses a query. Its dates are in the time zone {@code tz}, or in this machine's. */
    public Query query(HttpExchange exchange, String text) throws HttpProblem {
        try {
            return Query.parse(text, zone(exchange.query("tz")), clock.instant());
        } catch (QueryException e) {
            throw HttpProblem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static ZoneId zone(@Nullable String name) throws HttpProblem {
        if (name == null || name.isBlank() || name.equals(UNKNOWN_ZONE)) {
            return ZoneId.systemDefault();
        }
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw HttpProblem.badRequest("unknown time zone " + name);
        }
    }

    /** The id in the path. {@code latest} is the newest message, or the newest that matches {@code query}. */
    public Ulid id(HttpExchange exchange, Namespace box) throws HttpProblem {
        String text = exchange.parameter("id");
        if (!text.equals(LATEST)) {
            Ulid id = Ulid.parse(text);
            if (id == null) {
                throw HttpProblem.notFound();
            }
            return id;
        }
        MessageSummary latest = box.latest(queryOrAll(exchange));
        if (latest == null) {
            throw new HttpProblem(404, "Message not found");
        }
        return latest.id();
    }

    /** The well-formed ids among {@code texts}. The others cannot name a message and are ignored. */
    public static List<Ulid> ids(Collection<String> texts) {
        var ids = new ArrayList<Ulid>();
        for (String text : texts) {
            Ulid id = Ulid.parse(text);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** The duration {@code wait}, at most {@link #MAX_WAIT}; null if the parameter is missing. */
    public static @Nullable Duration wait(HttpExchange exchange) throws HttpProblem {
        String text = exchange.query("wait");
        if (text == null || text.isBlank()) {
            return null;
        }
        Duration wait;
        try {
            wait = DurationParser.parse(text);
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badRequest("wait: " + e.getMessage());
        }
        return wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
    }

    /** The cursor {@code after}; 0, which is before all messages, if the parameter is missing. */
    public static long after(HttpExchange exchange) throws HttpProblem {
        String text = exchange.query("after");
        if (text == null || text.isBlank()) {
            return 0;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw HttpProblem.badRequest("after: invalid cursor '" + text + "'");
        }
        return Long.parseLong(text);
    }

    /** A whole number, {@code defaultValue} if the parameter is missing. An invalid number is a 400. */
    public static int number(HttpExchange exchange, String name, int defaultValue) throws HttpProblem {
        String text = exchange.query(name);
        if (text == null || text.isBlank()) {
            return defaultValue;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw HttpProblem.badRequest(name + ": invalid whole number '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    /** How many messages to wait for; one if {@code count} is missing. */
    public static int count(HttpExchange exchange) throws HttpProblem {
        int count = number(exchange, "count", 1);
        if (count < 1 || count > MAX_COUNT) {
            throw HttpProblem.badRequest("count: must be from 1 to " + MAX_COUNT);
        }
        return count;
    }
}
