// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.web.http.EventSocket;
import dev.boxcar.web.http.EventStream;
import dev.boxcar.web.http.EventSubscriber;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /events}: says that the queue has changed, as a server-sent event or over a WebSocket, at most twice a second
 * however much it changes. A client then reads what it shows. Any thread; nothing blocks.
 */
final class QueueEvents {
    private final RelayView relay;
    private final Set<EventSubscriber> clients = ConcurrentHashMap.newKeySet();
    private long told;

    QueueEvents(RelayView relay) {
        this.relay = relay;
    }

    /** GET: sends events until the client disconnects. */
    void open(HttpExchange exchange) throws HttpProblem {
        if ("websocket".equalsIgnoreCase(exchange.header("Upgrade"))) {
            EventSocket.open(exchange, this::add);
            return;
        }
        exchange.disableIdleTimeout();
        EventStream stream = exchange.events();
        exchange.onDisconnect(stream::close);
        stream.ping();
        add(stream);
    }

    private void add(EventSubscriber client) {
        clients.add(client);
        client.onClose(() -> clients.remove(client));
    }

    /** Tells all clients if the queue has changed since the last call. Called on one thread. */
    void tell() {
        long changes = relay.changes();
        if (changes != told && !clients.isEmpty()) {
            told = changes;
            clients.forEach(client -> client.offer("changed", "", "{}"));
        }
    }

    /** Pings every client, so that broken connections are noticed. */
    void ping() {
        clients.forEach(EventSubscriber::ping);
    }

    /** Disconnects all clients. */
    void closeAll() {
        clients.forEach(EventSubscriber::close);
    }
}
