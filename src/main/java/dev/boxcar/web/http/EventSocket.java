// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;

/** A WebSocket (RFC 6455) that sends events. Messages from the client are ignored. Any thread; nothing blocks. */
public final class EventSocket implements EventSubscriber, Session.Listener.AutoDemanding {
    private final EventQueue queue = new EventQueue(new EventQueue.Connection() {
        @Override
        public void write(String event) {
            Session open = session;
            if (open == null) {
                close();
            } else {
                open.sendText(event, Callback.from(queue::written, failure -> close()));
            }
        }

        @Override
        public void disconnect() {
            Session open = session;
            if (open != null) {
                open.disconnect();
            }
        }
    });

    private final Consumer<EventSocket> opened;
    private volatile @Nullable Session session;

    private EventSocket(Consumer<EventSocket> opened) {
        this.opened = opened;
    }

    /**
     * Upgrades the request to a WebSocket and then passes the open socket to {@code opened}. A request that does not
     * ask for an upgrade gets a 400.
     */
    public static void open(HttpExchange exchange, Consumer<EventSocket> opened) throws HttpProblem {
        Request request = exchange.request();
        var container = ServerWebSocketContainer.get(request.getContext());
        boolean upgraded = container.upgrade(
                (upgradeRequest, upgradeResponse, callback) -> new EventSocket(opened),
                request,
                exchange.response(),
                exchange.callback());
        if (!upgraded) {
            throw HttpProblem.badRequest("Bad Request: expected a WebSocket upgrade");
        }
    }

    /** Sends an event as an object with {@code type}, {@code id} and {@code data}. */
    @Override
    public void offer(String type, String id, String data) {
        send(JsonText.text(json -> {
            json.writeStartObject();
            json.writeStringField("type", type);
            json.writeStringField("id", id);
            json.writeFieldName("data");
            json.writeRawValue(data);
            json.writeEndObject();
        }));
    }

    /** Sends a text, or queues it. A client that reads too slowly is disconnected. */
    public void send(String text) {
        queue.offer(text);
    }

    @Override
    public void ping() {
        Session open = session;
        if (open != null) {
            open.sendPing(ByteBuffer.allocate(0), Callback.from(() -> {}, failure -> close()));
        }
    }

    @Override
    public void onClose(Runnable task) {
        queue.onClose(task);
    }

    @Override
    public void close() {
        queue.close();
    }

    @Override
    public void onWebSocketOpen(Session open) {
        session = open;
        opened.accept(this);
    }

    @Override
    public void onWebSocketClose(int status, @Nullable String reason, Callback callback) {
        callback.succeed();
        close();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        close();
    }
}
