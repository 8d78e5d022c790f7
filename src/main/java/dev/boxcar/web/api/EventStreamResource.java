// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.MessagePage;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.Subscription;
import dev.boxcar.sink.search.Query;
import dev.boxcar.web.http.EventSocket;
import dev.boxcar.web.http.EventStream;
import dev.boxcar.web.http.EventSubscriber;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /events}: the changes of an inbox, in order, as server-sent events, or over a WebSocket. Browsers allow six
 * connections per host for streams but many WebSockets, so the page uses a WebSocket. The id of {@code arrived} is its
 * cursor: a client that connects again with it in {@code Last-Event-ID} first gets what it missed. Any thread; nothing
 * blocks but the replay, which runs on the request's thread.
 */
public final class EventStreamResource {
    /** A client that missed more messages is told to read the list again. */
    static final int MAX_REPLAYED = 200;

    private static final long NO_CURSOR = -1;

    private final RequestParameters parameters;
    private final Set<EventSubscriber> clients = ConcurrentHashMap.newKeySet();

    EventStreamResource(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /** GET: sends events until the client disconnects. */
    void open(HttpExchange exchange) throws HttpProblem {
        Namespace box = parameters.box(exchange);
        if ("websocket".equalsIgnoreCase(exchange.header("Upgrade"))) {
            EventSocket.open(exchange, socket -> subscribe(socket, box, NO_CURSOR));
            return;
        }
        long after = lastEventId(exchange);
        exchange.disableIdleTimeout();
        EventStream stream = exchange.events();
        exchange.onDisconnect(stream::close);
        stream.ping();
        subscribe(stream, box, after);
    }

    /** The cursor in {@code Last-Event-ID}, or {@link #NO_CURSOR}. An id that is not one of ours is ignored. */
    private static long lastEventId(HttpExchange exchange) {
        String id = exchange.header("Last-Event-ID");
        return id != null && id.strip().matches("[0-9]{1,18}") ? Long.parseLong(id.strip()) : NO_CURSOR;
    }

    private void subscribe(EventSubscriber client, Namespace box, long after) {
        clients.add(client);
        var replay = new EventReplay();
        Subscription subscription = box.subscribe(replay, new Subscription.Listener() {
            @Override
            public void event(InboxEvent event) {
                if (!replay.hasSent(event)) {
                    send(event, client);
                }
            }

            @Override
            public void dropped() {
                client.close();
            }
        });
        client.onClose(() -> {
            clients.remove(client);
            if (subscription != null) {
                subscription.close();
            }
        });
        if (subscription == null) {
            client.close(); // there are too many listeners
            return;
        }
        if (after != NO_CURSOR) {
            replay(box, after, replay, client);
        }
        replay.end();
    }

    private static void replay(Namespace box, long after, EventReplay replay, EventSubscriber client) {
        MessagePage missed = box.search(Query.ALL, after, 0, MAX_REPLAYED);
        if (missed.matches() > MAX_REPLAYED) {
            client.offer("changed", "", "{}");
            return;
        }
        var oldestFirst = new ArrayList<>(missed.messages());
        Collections.reverse(oldestFirst);
        for (MessageSummary message : oldestFirst) {
            send(new InboxEvent.Arrived(message), client);
            replay.sent(message.cursor());
        }
    }

    private static void send(InboxEvent event, EventSubscriber client) {
        if (event instanceof InboxEvent.Arrived arrived) {
            String cursor = Long.toString(arrived.message().cursor());
            client.offer("arrived", cursor, JsonText.text(json -> MessageJson.summary(json, arrived.message())));
        } else if (event instanceof InboxEvent.Updated updated) {
            client.offer("updated", "", JsonText.text(json -> write(json, updated)));
        } else if (event instanceof InboxEvent.Deleted deleted) {
            client.offer("deleted", "", "{\"id\":\"" + deleted.id() + "\"}");
        } else if (event instanceof InboxEvent.Counts counts) {
            client.offer("counts", "", "{\"total\":" + counts.total() + ",\"unread\":" + counts.unread() + "}");
        } else if (event instanceof InboxEvent.Pruned pruned) {
            client.offer("pruned", "", "{\"messages\":" + pruned.messages() + "}");
        } else {
            client.offer(event instanceof InboxEvent.Truncated ? "truncated" : "changed", "", "{}");
        }
    }

    private static void write(JsonGenerator json, InboxEvent.Updated updated) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", updated.id().toString());
        Boolean read = updated.read();
        if (read != null) {
            json.writeBooleanField("read", read);
        }
        if (updated.tags() != null) {
            JsonText.strings(json, "tags", updated.tags());
        }
        json.writeEndObject();
    }

    /** Pings every client, so that broken connections are noticed. */
    public void ping() {
        clients.forEach(EventSubscriber::ping);
    }

    /** Disconnects all clients. */
    public void closeAll() {
        clients.forEach(EventSubscriber::close);
    }
}
