// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.Subscription;
import dev.boxcar.web.http.EventSocket;
import dev.boxcar.web.http.EventStream;
import dev.boxcar.web.http.EventSubscriber;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.request.RequestParameters;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /events}: the changes of an inbox, in order, as server-sent events, or over a WebSocket. Browsers allow six
 * connections per host for streams but many WebSockets, so the page uses a WebSocket. The id of {@code arrived} is its
 * cursor: a client that lost its connection asks {@code /messages} for what came after it. Any thread; nothing blocks.
 */
public final class EventStreamResource {
    private final RequestParameters parameters;
    private final Set<EventSubscriber> clients = ConcurrentHashMap.newKeySet();

    EventStreamResource(RequestParameters parameters) {
        this.parameters = parameters;
    }

    /** GET: sends events until the client disconnects. */
    void open(HttpExchange exchange) throws HttpProblem {
        Namespace box = parameters.box(exchange);
        if ("websocket".equalsIgnoreCase(exchange.header("Upgrade"))) {
            EventSocket.open(exchange, socket -> subscribe(socket, box));
            return;
        }
        exchange.disableIdleTimeout();
        EventStream stream = exchange.events();
        exchange.onDisconnect(stream::close);
        stream.ping();
        subscribe(stream, box);
    }

    private void subscribe(EventSubscriber client, Namespace box) {
        clients.add(client);
        Subscription subscription = box.subscribe(Runnable::run, new Subscription.Listener() {
            @Override
            public void event(InboxEvent event) {
                send(event, client);
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
