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

/** What a request means by its parameters: which box, which query, which message. Any thread. */
public final class RequestParameters {
    /** Nobody waits longer; clients with more patience ask again. */
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /** Nobody waits for more at a time; the cursor of the answer goes on from there. */
    private static final int MOST_COUNTED = 1000;

    /** What a browser sends that does not know its zone either (Unicode's CLDR). */
    private static final String UNKNOWN_ZONE = "Etc/Unknown";

    private static final String LATEST = "latest";

    private final Inbox inbox;
    private final Clock clock;

    /** What requests mean for this inbox. */
    public RequestParameters(Inbox inbox, Clock clock) {
        this.inbox = inbox;
        this.clock = clock;
    }

    /** The box of the namespace {@code ns}; the default one where it is not given. */
    public Namespace box(HttpExchange exchange) {
        String namespace = exchange.query("ns");
        return inbox.namespace(namespace == null ? "" : namespace);
    }

    /** The query of the parameter {@code query}; a 400 where it is not given or malformed. */
    public Query query(HttpExchange exchange) throws HttpProblem {
        String text = exchange.query("query");
        if (text == null || text.isBlank()) {
            throw noQuery();
        }
        return query(exchange, text);
    }

    /** What is answered where a query is wanted. */
    public static HttpProblem noQuery() {
        return HttpProblem.badRequest("Error: no search query");
    }

    /** A query in this text, whose dates are of the zone {@code tz}, or of this machine's. */
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

    /**
     * The id at {@code {id}}; {@code latest} is that of the newest message, or of the newest that matches
     * {@code query}.
     */
    public Ulid id(HttpExchange exchange, Namespace box) throws HttpProblem {
        String text = exchange.parameter("id");
        if (!text.equals(LATEST)) {
            Ulid id = Ulid.parse(text);
            if (id == null) {
                throw HttpProblem.notFound();
            }
            return id;
        }
        String query = exchange.query("query");
        MessageSummary latest = box.latest(query == null || query.isBlank() ? Query.ALL : query(exchange, query));
        if (latest == null) {
            throw new HttpProblem(404, "Message not found");
        }
        return latest.id();
    }

    /** Those of the texts that can be ids; the others name no message. */
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

    /**
     * How long {@code wait} says: {@code 10s}, {@code 500ms}, {@code 1m} or seconds; null where it is not given, five
     * minutes at most.
     */
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
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    /** The cursor {@code after}; 0, the beginning, where it is not given. */
    public static long after(HttpExchange exchange) throws HttpProblem {
        String text = exchange.query("after");
        if (text == null || text.isBlank()) {
            return 0;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw HttpProblem.badRequest("after: '" + text + "' is not a cursor");
        }
        return Long.parseLong(text);
    }

    /**
     * A parameter that is a whole number, {@code otherwise} where it is not given. What is no number is told; the
     * original takes it for absent.
     */
    public static int number(HttpExchange exchange, String name, int otherwise) throws HttpProblem {
        String text = exchange.query(name);
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw HttpProblem.badRequest(name + ": '" + text + "' is not a whole number");
        }
        return Integer.parseInt(text);
    }

    /** How many messages {@code count} waits for; one where it is not given. */
    public static int count(HttpExchange exchange) throws HttpProblem {
        int count = number(exchange, "count", 1);
        if (count < 1 || count > MOST_COUNTED) {
            throw HttpProblem.badRequest("count: 1 to " + MOST_COUNTED + " are wanted");
        }
        return count;
    }
}
